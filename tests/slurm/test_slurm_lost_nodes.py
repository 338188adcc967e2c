"""A study at the paper scale, in little, on three nodes of which two are lost while it runs."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operation.versioning import versioned_copy
from tests.operation.versioning.versioned_copy import VersionedCopy
from tests.slurm.cluster import Cluster
from tests.slurm.slurm_copy import FOR_THE_TESTS, PROFILE, on_profile
from tests.workflow.paper_in_little import PAPER, in_little
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.slurm

STUDY = "lottery"
ALONE = f"{STUDY}-only.yaml"


def nodes_of_jobs(cluster: Cluster, *states: str) -> list[str]:
    """The node of each job in one of some states."""
    return cluster.run("squeue", "-h", "--states", ",".join(states), "-o", "%N").split()


def made(copy: RepositoryCopy) -> dict[str, str]:
    """Digests of checkpoints and tables."""
    names = {path for pattern in ("*.safetensors", "*.csv") for path in copy.files(pattern)}
    return copy.digests(*(name for name in names if f"/{STUDY}/" in name))


@pytest.fixture(scope="module")
def sent(
    three_nodes: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """The study as three nodes made it: one goes down, one is lost with what runs there."""
    copy = in_little(tmp_path_factory.mktemp("sent") / "repository")
    (copy.root / ALONE).write_text(f"studies: [{STUDY}]\n")
    on_profile(copy, **FOR_THE_TESTS)
    with copy.running(*PROFILE, f"{STUDY}_tables") as running:
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
    yield copy
    shutil.rmtree(copy.root)


def test_the_tables_are_those_of_a_local_run(sent: RepositoryCopy, tmp_path: Path) -> None:
    """The third node ends what the others began."""
    here = in_little(tmp_path / "here/repository")
    here.run(f"{STUDY}_tables", forked=True)
    assert len(made(here)) > 10
    assert made(sent) == made(here)


def test_the_login_node_pushes_what_the_nodes_made(sent: RepositoryCopy, tmp_path: Path) -> None:
    """Claims, figures and report are made there; a clone elsewhere gets every file back."""
    sent.run(configfiles=(ALONE,), forked=True)
    versioned_copy.SITE["DVC_SITE_CACHE_DIR"] = str(tmp_path / "site")
    login = VersionedCopy(sent.root)
    for own in ("dvc.yaml", "dvc.lock"):  # the repository's own snapshot, of another scale
        (login.root / own).unlink(missing_ok=True)
    login.dvc("remote", "add", "--default", "store", str(tmp_path / "remote"))
    run = ("--scale", "paper", "--configfile", PAPER, ALONE)
    assert "Pushed to the remote 'store'" in login.succeed("snapshot", *run)
    login.git("add", "--all")
    login.git("commit", "--quiet", "--message", "What the cluster made")
    elsewhere = login.cloned(tmp_path / "clone")
    elsewhere.succeed("restore", *run)
    assert made(elsewhere) == made(sent)
