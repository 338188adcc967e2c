from pathlib import Path

import pytest

from workflow_scripts.operation.cluster import watch
from workflow_scripts.operation.cluster.slurm import Job
from workflow_scripts.operation.cluster.watch import Watch, is_hopeless


@pytest.mark.parametrize(
    "reason",
    [
        "PartitionTimeLimit",
        "BadConstraints",
        "InvalidAccount",
        "InvalidQOS",
        "QOSNotAllowed",
        "AssocMaxWallDurationPerJobLimit",
        "QOSMaxMemoryPerJob",
        "QOSMaxCpuPerJobLimit",
        "QOSMaxGRESPerNode",
        "AssocMaxNodePerJobLimit",
        "PartitionNodeLimit",
        "QOSMinGRES",
    ],
)
def test_what_time_does_not_mend(reason):
    assert is_hopeless(Job("1", "PENDING", reason, "rule_a"))


@pytest.mark.parametrize(
    "reason",
    [
        "Resources",
        "Priority",
        "None",
        "BeginTime",
        "ReqNodeNotAvail",
        "AssocGrpCpuLimit",
        "QOSMaxJobsPerUserLimit",
        "QOSMaxCpuPerUserLimit",
        "AssocMaxJobsLimit",
        "Licenses",
        "JobHeldUser",
        "Nodes required for job are DOWN, DRAINED or reserved",
    ],
)
def test_what_other_jobs_or_people_may_mend(reason):
    assert not is_hopeless(Job("1", "PENDING", reason, "rule_a"))


def test_a_hopeless_job_is_ended_and_said_and_others_are_left(monkeypatch):
    waiting = [
        Job("7", "PENDING", "PartitionTimeLimit", "rule_a"),
        Job("8", "PENDING", "Resources", "rule_b"),
    ]
    cancelled = []
    monkeypatch.setattr(watch, "jobs_of", lambda _, states: waiting if "PENDING" in states else [])
    monkeypatch.setattr(watch, "cancel", lambda jobs: cancelled.extend(job.id for job in jobs))
    (line,) = Watch(Path("/here")).look()
    assert cancelled == ["7"]
    assert line.startswith("error: SLURM job 7 (rule_a) would wait forever (PartitionTimeLimit)")
    assert "lower runtime in profiles/slurm/config.yaml" in line
