"""Runs that many tests start from, made once however many processes share out the tests."""

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.workflow.repository_copy import RepositoryCopy


@dataclass(frozen=True)
class SharedRuns:
    """Finished copies of the repository below `folder`. Tests clone them, and never write there."""

    folder: Path

    def once(
        self, name: str, configfile: str, run: Callable[[RepositoryCopy], object]
    ) -> RepositoryCopy:
        """The copy `name`: whoever asks first makes and runs it, and all others wait for that."""
        self.folder.mkdir(parents=True, exist_ok=True)
        root, done = self.folder / name, self.folder / f"{name}.done"
        with open(self.folder / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(root, ignore_errors=True)  # of one who failed
                run(RepositoryCopy.of_checkout(root, configfile))
                done.touch()
        return RepositoryCopy(root, configfile)


def folder_of_all_processes(own: Path) -> Path:
    """Where the processes of one session share runs; `own` is the temporary folder of this one."""
    session = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return session / "shared"
