"""A study at the paper scale, in little, on three nodes of which two are lost while it runs."""

import signal
from pathlib import Path

import pytest

from tests.slurm.cluster import Cluster
from tests.slurm.slurm_copy import FOR_THE_TESTS, PROFILE, on_profile
from tests.workflow.paper_in_little import in_little
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.slurm

STUDY = "distillation"


def nodes_of_jobs(cluster: Cluster, *states: str) -> list[str]:
    """The node of each job in one of some states."""
    return cluster.run("squeue", "-h", "--states", ",".join(states), "-o", "%N").split()


def made(copy: RepositoryCopy) -> dict[str, str]:
    """Digests of checkpoints and tables."""
    names = {path for pattern in ("*.safetensors", "*.csv") for path in copy.files(pattern)}
    return copy.digests(*(name for name in names if name.startswith("results/paper/")))


def test_the_tables_are_those_of_a_local_run(three_nodes: Cluster, tmp_path: Path) -> None:
    """One node goes down, one is lost with what runs there; the third ends what they began."""
    target = f"{STUDY}_tables"
    here = in_little(tmp_path / "here/repository")
    here.run(target, forked=True)
    sent = in_little(tmp_path / "sent/repository")
    on_profile(sent, **FOR_THE_TESTS)
    with sent.running(*PROFILE, target) as running:
        running.wait_for(lambda: len(nodes_of_jobs(three_nodes, "COMPLETED")) >= 2)
        busy: set[str] = set()

        def two_are_busy() -> bool:
            busy.clear()  # in a moment they may be others
            busy.update(nodes_of_jobs(three_nodes, "RUNNING"))
            return len(busy) >= 2

        running.wait_for(two_are_busy)
        lost, down, *_ = sorted(busy)
        three_nodes.stop(lost, signal.SIGKILL)
        three_nodes.run("scontrol", "update", f"nodename={down}", "state=down", "reason=test")
        status, output = running.end()
    assert status == 0, output
    assert len(made(here)) > 10
    assert made(sent) == made(here)
