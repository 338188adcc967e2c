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
    """The lock of the step that writes `log`, held from here until this process ends.

    It is a file beside the log, which Snakemake deletes before it starts a second copy. It holds
    who runs, and then what that one left there.
    """

    def __init__(self, log: Path) -> None:
        path = log.with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self.left_by_first = ""
        """What the copy that this one had to wait for has left, if it came to its end."""
        try:
            if not self._locked(fcntl.LOCK_NB):
                print(f"waiting: another copy runs ({self._text()})", file=sys.stderr, flush=True)
                self._locked(0)
                self.left_by_first = self._text()
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            print(f"{path}: the file system has no locks", file=sys.stderr, flush=True)
        self.leave(_who())

    def leave(self, text: str) -> None:
        """Write what a copy that waits will find. On a full disk nothing: the lock holds anyhow."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def _locked(self, how: int) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | how)
        except BlockingIOError:
            return False
        return True

    def _text(self) -> str:
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, size, 0).decode(errors="replace")


def _who() -> str:
    job = os.environ.get("SLURM_JOB_ID")
    return f"process {os.getpid()} on {socket.gethostname()}" + (
        f", SLURM job {job}" if job else ""
    )
