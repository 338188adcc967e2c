"""The runs that tests of the workflow start from, one core a process, and long tests first."""

# ruff: noqa: E402
import os

# One process of tests has one core. NumPy and torch read this when they are first imported.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

import workflow_scripts.learning.networks.network  # noqa: F401  or products are not fixed
from tests.sharing_out import in_order, pytest_xdist_make_scheduler  # noqa: F401  a hook of xdist's
from tests.workflow.instrumented import run_traced
from tests.workflow.repository_copy import EVERYTHING, SMALLEST, RepositoryCopy
from tests.workflow.shared_runs import SharedRuns, folder_of_all_processes
from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.vendor import export_vendor

export_arithmetic()
# For the processes that are started from here, those of xdist first: tests compare their bytes.
export_vendor(Path(__file__).resolve().parents[1] / ".snakemake")
fix_arithmetic(torch.get_num_threads())
torch.ones(2, 2) @ torch.ones(2, 2)  # MKL looks now, before a test reads the Snakefile in here
# Hypothesis draws numbers too small for a job, which flushes them, and they must survive.
torch.set_flush_denormal(False)


# How long an example takes says nothing on a machine that does other things, too.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first."""
    items[:] = in_order(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The runs go when the last process that might use them has ended."""
    if not hasattr(session.config, "workerinput"):
        own = session.config._tmp_path_factory.getbasetemp()
        shutil.rmtree(folder_of_all_processes(own), ignore_errors=True)


@pytest.fixture(scope="session")
def shared_runs(tmp_path_factory: pytest.TempPathFactory) -> SharedRuns:
    """Runs that all processes of this session share."""
    return SharedRuns(folder_of_all_processes(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def everything(shared_runs: SharedRuns) -> RepositoryCopy:
    """The smoke run of all studies as a user has it. Tests read it and clone it, nothing else."""
    return shared_runs.once("everything", EVERYTHING, run_traced)


@pytest.fixture(scope="session")
def finished(
    shared_runs: SharedRuns, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """The smallest run, of one study. Tests put back what they edit, and run nothing in it."""
    made = shared_runs.once("smallest", SMALLEST, lambda copy: copy.run(forked=True))
    root = tmp_path_factory.mktemp("workflow") / "finished"
    yield made.clone(root)
    shutil.rmtree(root)


@pytest.fixture
def clone(
    finished: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A finished copy of a test's own, to run and to damage."""
    root = tmp_path_factory.mktemp("clone") / "repository"
    yield finished.clone(root)
    shutil.rmtree(root)
