"""One copy of a step at a time: a second waits until the first has ended, wherever either runs.

A cluster can run a job twice: its node was lost and is back, or its Snakemake was killed and
started again. The lock is the kernel's, so it goes with the process that holds it, however that
ends; network file systems pass it on between machines.
"""

import errno
import fcntl
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


class SoleCopy:
    """The lock of the step that writes `log`.

    It is a file beside the log, which Snakemake deletes before it starts a second copy. It holds
    who runs, and then what that one left there.
    """

    def __init__(self, log: Path) -> None:
        self.path = log.with_suffix(".lock")
        self._descriptor: int | None = None

    def acquire(self) -> str:
        """Take the lock, to be held until this process ends; wait, and say so, while another does.

        Returns what the copy that was waited for has left, if it came to its end; else nothing.
        Where the file system has no locks this is said, and the step runs without one.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        left = ""
        try:
            if not self._locked(fcntl.LOCK_NB):
                print(f"waiting for another copy ({self._text()})", file=sys.stderr, flush=True)
                self._locked(0)
                left = self._text()
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            print(f"{self.path}: the file system supports no locks", file=sys.stderr, flush=True)
        self.leave(_who())
        return left

    def leave(self, text: str) -> None:
        """Write what a copy that waits will read. If the disk is full the note is dropped."""
        with suppress(OSError):
            os.ftruncate(self._held(), 0)
            os.pwrite(self._held(), text.encode(), 0)

    def _locked(self, how: int) -> bool:
        try:
            fcntl.flock(self._held(), fcntl.LOCK_EX | how)
        except BlockingIOError:
            return False
        return True

    def _text(self) -> str:
        size = os.fstat(self._held()).st_size
        return os.pread(self._held(), size, 0).decode(errors="replace")

    def _held(self) -> int:
        assert self._descriptor is not None, "acquire() comes first"
        return self._descriptor


def _who() -> str:
    job = os.environ.get("SLURM_JOB_ID")
    return f"process {os.getpid()} on {socket.gethostname()}" + (
        f", SLURM job {job}" if job else ""
    )
