"""What a job needs, and whether what it requests is enough."""

from dataclasses import replace

import pytest

from workflow_scripts.learning.memory import CUDA, HOLES, START, Memory
from workflow_scripts.operation.plan import needs
from workflow_scripts.operation.plan.estimate import Estimate
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.needs import Need, complaint, complaints, largest, need_of

HOUR = 3600.0
JOB = PlannedJob("s_train", {}, {"device": "auto"}, memory_mb=8000, minutes=120)


@pytest.fixture(autouse=True)
def shapes(monkeypatch):
    """A job whose examples take 1 GB, 2 while they are read, and whose network takes 3."""
    known = Memory(working=3e9, data=1e9, reading=2e9, saved=0.5e9, holes=HOLES)
    monkeypatch.setattr(needs, "memory_of_job", lambda *_: known)


def test_without_a_gpu_everything_is_in_main_memory():
    assert need_of(JOB, Estimate(HOUR)) == Need(START + 4e9 + HOLES + needs.SNAKEMAKE, 0.0, HOUR)


def test_with_a_gpu_the_network_is_there_and_its_libraries_are_here():
    need = need_of(replace(JOB, gpus=1), Estimate(HOUR))
    assert need == Need(START + CUDA + 2e9 + needs.SNAKEMAKE, 4e9, HOUR)


def test_a_step_that_reads_no_device_needs_no_gpu():
    assert need_of(replace(JOB, gpus=1, cfg={}), Estimate(None)).gpu == 0


def test_too_little_memory_is_told_and_then_too_little_time():
    need = Need(9e9, 0.0, 3 * HOUR)
    assert complaint(JOB, need) == "a job likely needs 9 GB of 8"
    assert complaint(JOB, replace(need, main=7e9)) == "a job likely takes 3 h of at most 2"
    assert complaint(JOB, Need(7e9, 0.0, 2 * HOUR)) is None
    assert complaint(JOB, Need(7e9, 0.0, None)) is None
    assert complaint(replace(JOB, local=True), need) is None


def test_a_job_that_continues_has_the_time_of_all_attempts():
    continued = replace(JOB, resumes=True)
    assert complaint(continued, Need(1e9, 0.0, 6 * HOUR)) is None
    line = complaint(continued, Need(1e9, 0.0, 9 * HOUR))
    assert line == "a job likely takes 9 h of at most 4 × 2"


def test_rules_are_named_and_the_largest_job_counts():
    other = replace(JOB, rule="s_other")
    told = complaints([(JOB, Need(9e9, 0.0, None)), (other, Need(1e9, 0.0, None))])
    assert list(told) == ["s_train"]
    most = largest([Need(1.0, 5.0, None), Need(3.0, 0.0, 2.0), Need(2.0, 1.0, 1.0)])
    assert most == Need(3.0, 5.0, 2.0)
