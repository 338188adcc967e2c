import asyncio
import inspect
from types import SimpleNamespace

import pytest
from snakemake_executor_plugin_slurm import ExecutorSettings
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster import leftovers, slurm
from workflow_scripts.operation.cluster.leftovers import end_leftovers
from workflow_scripts.operation.cluster.requests import by_request, request
from workflow_scripts.operation.cluster.slurm import Job, jobs_of
from workflow_scripts.operation.snakemake_api import look_evenly


class Resources(dict):
    __getattr__ = dict.__getitem__


def job(name="s_train", threads=1, **resources):
    return SimpleNamespace(name=name, threads=threads, resources=Resources(resources))


SETTINGS = ExecutorSettings(status_command="squeue", requeue=True)


def test_the_executor_looks_at_its_jobs_as_often_as_the_profile_says():
    class Executor:
        async def sleep(self):
            await asyncio.Event().wait()

    executor = Executor()
    look_evenly(executor, 0)
    asyncio.run(asyncio.wait_for(executor.sleep(), 30))


def test_the_executor_still_waits_in_the_method_that_is_replaced():
    assert "await self.sleep()" in inspect.getsource(RemoteExecutor._wait_for_jobs)


def test_a_request_has_what_is_asked_for_and_not_what_names_the_job():
    asked = request(
        job(slurm_partition="gpu", slurm_account="us", mem_mb=500, runtime=7, gpu=2), SETTINGS
    )
    assert asked == "-A us -p gpu -t 7 --mem 500 --requeue --cpus-per-task=1 --gpus=2"


def test_jobs_that_ask_for_the_same_are_checked_once():
    same = [job("s_train", mem_mb=5), job("s_measure", mem_mb=5), job("s_train", mem_mb=6)]
    groups = by_request(same, SETTINGS)
    assert [[each.name for each in group] for group in groups.values()] == [
        ["s_train", "s_measure"],
        ["s_train"],
    ]


def test_only_jobs_of_this_folder_that_snakemake_sent_are_ours(tmp_path, monkeypatch):
    lines = [
        f"1\t{tmp_path}\tRUNNING\tNone\trule_s_train_wildcards_0-4",
        f"2\t{tmp_path}\tRUNNING\tNone\tmy own",
        "3\t/elsewhere\tRUNNING\tNone\trule_s_train_wildcards_0-4",
    ]
    monkeypatch.setattr(slurm, "ask", lambda *command: "\n".join(lines))
    assert [each.id for each in jobs_of(tmp_path, ["RUNNING"])] == ["1"]


def test_jobs_that_do_not_end_are_named(tmp_path, monkeypatch):
    stuck = [Job("4", "COMPLETING", "None", "rule_s_train")]
    monkeypatch.setattr(leftovers, "jobs_of", lambda folder, states: stuck)
    monkeypatch.setattr(leftovers, "cancel", lambda jobs: None)
    monkeypatch.setattr(leftovers, "PATIENCE_S", 0.0)
    with pytest.raises(UserError, match="scancel 4, then run again"):
        end_leftovers(tmp_path)


def test_a_command_that_fails_says_why():
    with pytest.raises(UserError, match=r"ls failed: .*no such place"):
        slurm.ask("ls", "no such place")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("30:00", 30), ("1:00:00", 60), ("2-00:00:00", 2880), ("1-12:30:00", 2190), ("0:30", 0.5)],
)
def test_time_limits_are_read_as_slurm_writes_them(limit, expected):
    assert slurm.minutes(limit) == expected


def test_a_partition_without_a_limit_has_none():
    assert slurm.minutes("infinite") == float("inf")
