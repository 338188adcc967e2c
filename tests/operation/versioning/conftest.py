"""One history of two snapshots in a folder's remote, which all tests start from."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import versioned_copy
from versioned_copy import OVERLAY, VersionedCopy, commit_the_small_configuration

from tests.workflow.repository_copy import RepositoryCopy

# What the second snapshot has otherwise: the one means less to gather, the other a job again.
SWEPT = ["chains.lenet.levels=1", "instability.line=5", "needles.rounds=1"]


@dataclass(frozen=True)
class History:
    """Two commits with a snapshot each, and what lay there at each."""

    copy: VersionedCopy
    remote: Path
    first: str
    second: str
    first_files: dict[str, str]
    second_files: dict[str, str]
    experiment: str
    """What the experiment that led from the first to the second printed."""


@pytest.fixture(scope="session")
def history(
    finished: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[History]:
    """Tests run nothing in it but what only reads."""
    folder = tmp_path_factory.mktemp("versions")
    versioned_copy.SITE["DVC_SITE_CACHE_DIR"] = str(folder / "site")
    copy = VersionedCopy(finished.clone(folder / "original").root)
    for own in ("dvc.yaml", "dvc.lock"):  # the repository's own snapshot, of another scale
        (copy.root / own).unlink(missing_ok=True)
    copy.git("init", "--quiet", "--initial-branch", "main")
    copy.git("config", "user.name", "Test")
    copy.git("config", "user.email", "test@example.org")
    commit_the_small_configuration(copy)
    shutil.rmtree(copy.root / "raw", ignore_errors=True)  # not there where nothing was fetched
    copy.dvc("remote", "add", "--default", "store", str(folder / "remote"))
    copy.commit("A small configuration")
    copy.succeed("snapshot")
    first, first_files = copy.commit("First"), copy.big_files()
    changes = [f"--set-param={OVERLAY}:{change}" for change in SWEPT]
    experiment = copy.dvc("exp", "run", *changes)
    copy.succeed("snapshot")
    second, second_files = copy.commit("Second"), copy.big_files()
    yield History(copy, folder / "remote", first, second, first_files, second_files, experiment)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def restored(history: History, tmp_path_factory: pytest.TempPathFactory) -> VersionedCopy:
    """A clone that was restored. Tests put back what they edit, and run nothing in it."""
    copy = history.copy.cloned(tmp_path_factory.mktemp("restored") / "clone")
    copy.succeed("restore")
    return copy


@pytest.fixture
def fresh(history: History, tmp_path: Path) -> Iterator[VersionedCopy]:
    """A clone of a test's own, not yet restored."""
    copy = history.copy.cloned(tmp_path / "fresh")
    yield copy
    shutil.rmtree(copy.root)


@pytest.fixture
def mine(restored: VersionedCopy, tmp_path: Path) -> Iterator[VersionedCopy]:
    """A restored clone of a test's own, to run in and to damage."""
    shutil.copytree(restored.root, tmp_path / "mine", symlinks=True)
    yield VersionedCopy(tmp_path / "mine")
    shutil.rmtree(tmp_path / "mine")


@pytest.fixture(scope="session")
def somebody() -> Callable[[Path], tuple[str, ...]]:
    """What to put before a command so that an ordinary user runs it, who then owns a folder."""

    def as_somebody(folder: Path) -> tuple[str, ...]:
        if os.geteuid() != 0:
            return ()
        user, reading = "65534", "+dac_read_search"
        # Reads everything, as the interpreter may lie where only root looks; writes like anybody.
        command = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
        command += (f"--inh-caps={reading}", f"--ambient-caps={reading}")
        if shutil.which("setpriv") is None:
            pytest.skip("we are root, and there is no setpriv by which to be somebody else")
        nested = "import subprocess, sys; subprocess.run([sys.executable, '--version'], check=True)"
        if subprocess.run([*command, sys.executable, "-c", nested], capture_output=True).returncode:
            pytest.skip("we are root, and an ordinary user cannot run this installation")
        subprocess.run(["chown", "--recursive", f"{user}:{user}", folder], check=True)
        return command

    return as_somebody
