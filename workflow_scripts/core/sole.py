"""One copy of a step at a time: a second waits until the first has ended, on whichever node.

A cluster can run a job twice: a lost node comes back, or Snakemake was killed and started again.
The lock is held by the kernel, so it is released however its process ends; network file systems
share it between machines.
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

    A file next to the log, because Snakemake deletes the log before it starts a second copy. It
    contains the name of the running process, and later the note that this process leaves.
    """

    def __init__(self, log: Path) -> None:
        self.path = log.with_suffix(".lock")
        self._descriptor: int | None = None

    def acquire(self) -> str:
        """Take the lock until this process ends; wait, with a message, while another copy holds it.

        Returns the note of the copy that was waited for if it finished, else "". If the file system
        does not support locks, the step prints a message and runs without one.
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
        """Write the note for a waiting copy. If the disk is full it is dropped; the lock holds."""
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
