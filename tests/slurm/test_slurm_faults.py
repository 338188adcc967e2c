"""What goes wrong on a cluster while a training runs there: it ends with the same bits."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest

from tests.slurm.cluster import Cluster, wait_until
from tests.slurm.slurm_copy import PROFILE, on_profile
from tests.workflow.long_training import (
    LOG,
    LONG,
    OFTEN,
    OUTPUTS,
    assert_resumed,
    in_the_middle,
    lengthen,
    undisturbed_digests,
)
from tests.workflow.repository_copy import RepositoryCopy, Running
from workflow_scripts.core.record import read_record

pytestmark = pytest.mark.slurm

STEPS = 200
DEADLINE_S = 150.0


@pytest.fixture(scope="module")
def undisturbed(
    pristine: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What the training ends with on this machine, without SLURM."""
    copy = pristine.clone(tmp_path_factory.mktemp("undisturbed") / "repository")
    return undisturbed_digests(copy, STEPS)


@dataclass(frozen=True)
class Training:
    """A training in its middle on a node, stopped there until `go_on`."""

    copy: RepositoryCopy
    running: Running
    cluster: Cluster
    process: psutil.Process
    job: str
    node: str

    def go_on(self) -> None:
        """Let the process run again, if nobody killed it."""
        self.process.resume()

    def state(self) -> str:
        """What SLURM says of the job."""
        return state_of(self.cluster, self.job)

    def ended_resumed(self, undisturbed: dict[str, str]) -> str:
        """Snakemake ends well; the training went on from its middle; what was printed."""
        output = self.ended(undisturbed)
        assert_resumed(self.copy)
        return output

    def ended(self, undisturbed: dict[str, str]) -> str:
        """Snakemake ends well, with the bits of an undisturbed run; what was printed."""
        status, output = self.running.end()
        assert status == 0, output
        assert_same(self.copy, undisturbed)
        return output


def assert_same(copy: RepositoryCopy, undisturbed: dict[str, str]) -> None:
    """The outputs are those of an undisturbed run and nothing else is left."""
    assert copy.digests(*OUTPUTS) == undisturbed
    assert not copy.files(".resume-*")
    assert copy.plan(OUTPUTS[0], configfiles=(LONG,)).jobs == {}


def state_of(cluster: Cluster, job: str) -> str:
    """What SLURM says of a job, finished ones included."""
    return cluster.run("squeue", "-h", "--states=all", "-j", job, "-o", "%T")


def jobs(cluster: Cluster, *states: str) -> list[str]:
    """The numbers of the jobs in one of some states."""
    return cluster.run("squeue", "-h", "--states", ",".join(states), "-o", "%i").split()


def trainings(copy: RepositoryCopy) -> list[psutil.Process]:
    """The Python processes that train in a copy now."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        command = process.info["cmdline"] or [""]
        if command[-1].endswith(".dense.py") and process.info["cwd"] == str(copy.root):
            found.append(process)
    return found


@contextmanager
def training(copy: RepositoryCopy, cluster: Cluster, *arguments: str) -> Iterator[Training]:
    """Send the training to the cluster and stop it in its middle, so that there is time."""
    lengthen(copy, STEPS)
    command = (*PROFILE, *arguments, OUTPUTS[0])
    with copy.running(*command, configfiles=(LONG,), **OFTEN) as running:
        try:
            running.wait_for(in_the_middle(copy))
            (process,) = trainings(copy)
            process.suspend()
            (job,) = jobs(cluster, "RUNNING")
            node = cluster.run("squeue", "-h", "-j", job, "-o", "%N")
            yield Training(copy, running, cluster, process, job, node)
        finally:
            cluster.run("scancel", "--user", "root", check=False)
            for left in trainings(copy):
                left.kill()


def test_a_job_over_its_time_limit_goes_on_with_more(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    on_profile(copy, runtime="attempt")
    with training(copy, cluster) as it:
        wait_until(lambda: it.state() == "TIMEOUT", "the time limit", DEADLINE_S)
        it.ended_resumed(undisturbed)
        (second,) = jobs(cluster, "COMPLETED")[:1]
        shown = cluster.run("scontrol", "show", "job", second)
    (minutes,) = re.findall(r"TimeLimit=00:(\d\d):00", shown)
    assert int(minutes) > 1


def test_a_job_out_of_memory_gets_more(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    on_profile(lengthen(copy, STEPS), mem_mb="330 * attempt ** 2")
    output = copy.run(*PROFILE, OUTPUTS[0], configfiles=(LONG,))
    assert "Trying to restart job" in output
    assert_same(copy, undisturbed)
    asked = [
        re.search(r"MinMemoryNode=(\d+)M", cluster.run("scontrol", "show", "job", job))[1]
        for job in submitted(output)
    ]
    assert asked[:2] == ["330", "1320"]


def submitted(output: str) -> list[str]:
    """The jobs that a Snakemake sent, in order."""
    return re.findall(r"submitted with SLURM jobid (\d+)", output)


def test_scancel(copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]) -> None:
    with training(copy, cluster) as it:
        cluster.run("scancel", it.job)
        wait_until(lambda: it.state() == "CANCELLED", "the job cancelled")
        output = it.ended_resumed(undisturbed)
    assert len(submitted(output)) == 2


def test_a_node_that_goes_down(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    with training(copy, cluster) as it:
        cluster.run("scontrol", "update", f"nodename={it.node}", "state=down", "reason=test")
        try:
            wait_until(lambda: not it.process.is_running(), "the job's processes gone")
            output = it.ended_resumed(undisturbed)
        finally:
            # It comes back by itself where its slurmd has answered since.
            cluster.run("scontrol", "update", f"nodename={it.node}", "state=resume", check=False)
    assert submitted(output) == [it.job]  # the same job, queued again by SLURM


def test_a_node_that_is_lost_and_goes_on_working(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    """SLURM runs the job again elsewhere; the second copy waits for the first, and trains not."""
    with training(copy, cluster) as it:
        cluster.stop(it.node, signal.SIGKILL)
        try:
            wait_until(lambda: len(trainings(copy)) == 2, "a second copy", DEADLINE_S)
            log = next((copy.root / ".snakemake/slurm").rglob(f"{it.job}.log"))
            wait_until(lambda: "waiting for another copy" in log.read_text(), "it waits")
            it.go_on()
            it.ended(undisturbed)
        finally:
            cluster.start_node(it.node)
            wait_until(lambda: it.node in cluster.idle(), "the node is back")
    assert "another copy has already completed this job" in (copy.root / LOG).read_text()


def test_requeue(copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]) -> None:
    with training(copy, cluster) as it:
        cluster.run("scontrol", "requeue", it.job)
        wait_until(lambda: not it.process.is_running(), "the first attempt gone")
        output = it.ended_resumed(undisturbed)
    assert submitted(output) == [it.job]


@pytest.mark.parametrize("partition", ["low", "lowest"])
def test_preemption(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str], partition: str
) -> None:
    """In `low` SLURM queues a preempted job again, in `lowest` it cancels it."""
    on_profile(copy, slurm_partition=partition)
    with training(copy, cluster) as it:
        urgent = ["sbatch", "--parsable", "-p", "main", "-w", it.node, "--exclusive"]
        other = cluster.run(*urgent, "-o", "/dev/null", "--wrap", "true")
        wait_until(lambda: not it.process.is_running(), "the first attempt gone")
        wait_until(lambda: state_of(cluster, other) == "COMPLETED", "the urgent job done")
        output = it.ended_resumed(undisturbed)
    assert submitted(output) == [it.job]


def test_the_controller_is_restarted(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    with training(copy, cluster) as it:
        cluster.stop("slurmctld")
        it.go_on()
        wait_until(lambda: not it.process.is_running(), "the training done meanwhile")
        cluster.start_controller()
        output = it.ended(undisturbed)
    assert submitted(output) == [it.job]


def test_snakemake_is_killed_and_started_again(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    """What it left running is ended before the same training is sent again."""
    with training(copy, cluster) as it:
        it.running.process.kill()
        it.running.process.wait()
        assert it.state() == "RUNNING"
        copy.run("--unlock")
        output = copy.run(*PROFILE, OUTPUTS[0], configfiles=(LONG,))
        assert f"left 1 of its jobs in SLURM ({it.job}): cancelling them" in output
        assert state_of(cluster, it.job) == "CANCELLED"
        assert not it.process.is_running()
        assert_resumed(copy)
        assert_same(copy, undisturbed)


def test_control_c(copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]) -> None:
    """It cancels what it sent; the same command goes on."""
    with training(copy, cluster) as it:
        os.killpg(it.running.process.pid, signal.SIGINT)
        status, output = it.running.end()
        assert status != 0
        assert "Traceback" not in output
        wait_until(lambda: it.state() == "CANCELLED", "the job cancelled")
        copy.run(*PROFILE, OUTPUTS[0], configfiles=(LONG,))
        assert_resumed(copy)
        assert_same(copy, undisturbed)


def test_a_second_copy_waits_for_the_first(
    copy: RepositoryCopy, cluster: Cluster, undisturbed: dict[str, str]
) -> None:
    """Even where the second Snakemake knows nothing of SLURM and was told to forget the lock."""
    with training(copy, cluster) as it:
        it.running.process.kill()
        it.running.process.wait()
        arguments = ("--nolock", "--cores", "1", OUTPUTS[0])
        with copy.running(*arguments, configfiles=(LONG,)) as second:
            second.wait_for(lambda: "waiting for another copy" in second.output.read_text())
            assert len(trainings(copy)) == 2
            it.go_on()
            status, output = second.end()
        # The job on the node has trained; its own Snakemake may still be noting that it has.
        wait_until(lambda: it.state() == "COMPLETED", "the end of the job on the node", DEADLINE_S)
    assert status == 0, output
    assert "another copy has already completed this job" in (copy.root / LOG).read_text()
    assert read_record(copy.root / LOG)["rule"] == "lottery_dense"
    assert_same(copy, undisturbed)
