"""One finished run of the smallest scale, which all tests that run Snakemake start from."""

import shutil
from collections.abc import Iterator

import pytest
import torch

import workflow_scripts.learning.networks.network  # noqa: F401  or products are not fixed
from tests.workflow.repository_copy import RepositoryCopy
from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic

export_arithmetic()
fix_arithmetic(torch.get_num_threads())
torch.ones(2, 2) @ torch.ones(2, 2)  # MKL looks now, before a test reads the Snakefile in here
# Hypothesis draws numbers too small for a job, which flushes them, and they must survive.
torch.set_flush_denormal(False)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which everything has run. Tests put back what they edit, and run nothing in it."""
    root = tmp_path_factory.mktemp("workflow") / "finished"
    copy = RepositoryCopy.of_checkout(root)
    copy.run()
    yield copy
    shutil.rmtree(root)


@pytest.fixture
def clone(
    finished: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A finished copy of a test's own, to run and to damage."""
    root = tmp_path_factory.mktemp("clone") / "repository"
    yield finished.clone(root)
    shutil.rmtree(root)
