"""A real cluster, and a copy of the repository whose profile is edited for it, as a user would."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm.cluster import Cluster, obstacle
from tests.slurm.slurm_copy import FOR_THE_TESTS, on_profile
from tests.workflow.repository_copy import RepositoryCopy

ONE_AT_A_TIME = Path(tempfile.gettempdir(), "nice-to-know-slurm.lock")


@pytest.fixture(scope="module")
def alone() -> Iterator[None]:
    """No other tests' cluster on this machine: jobs of two would take each other's time."""
    reason = obstacle()
    if reason:
        pytest.skip(reason)
    with open(ONE_AT_A_TIME, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def cluster_with(accounting: bool, nodes: int = 2) -> Iterator[Cluster]:
    """A cluster that every command finds, until the last test that needs it has ended."""
    reason = obstacle(accounting)
    if reason:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    cluster = Cluster(folder, nodes, accounting=accounting)
    before = {name: os.environ.get(name) for name in cluster.environment}
    cluster.up()
    os.environ.update(cluster.environment)
    try:
        yield cluster
    finally:
        cluster.down()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster(alone: None) -> Iterator[Cluster]:
    """Two nodes with two cores and a (fake) GPU each, without accounting."""
    yield from cluster_with(accounting=False)


@pytest.fixture(scope="module")
def accounting_cluster(alone: None) -> Iterator[Cluster]:
    """The same with accounting: the user may use the account `ours` and no other."""
    yield from cluster_with(accounting=True)


@pytest.fixture(scope="module")
def three_nodes(alone: None) -> Iterator[Cluster]:
    """The same without accounting, and with a third node."""
    yield from cluster_with(accounting=False, nodes=3)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy with the data sets and nothing else; its profile is edited for the cluster."""
    root = tmp_path_factory.mktemp("slurm") / "pristine"
    copy = RepositoryCopy.of_checkout(root)
    on_profile(copy, **FOR_THE_TESTS)
    copy.run("data/fashion-mnist/SHA256SUMS", "data/mnist-1d/SHA256SUMS", forked=True)
    yield copy
    shutil.rmtree(root)


@pytest.fixture
def copy(
    pristine: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A copy of a test's own."""
    root = tmp_path_factory.mktemp("copy") / "repository"
    yield pristine.clone(root)
    shutil.rmtree(root)
