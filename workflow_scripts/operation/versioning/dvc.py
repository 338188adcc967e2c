"""Run DVC, and report in one line what went wrong and what to do about it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from workflow_scripts.core.errors import UserError

NO_REMOTE = (
    "no DVC remote is set: `dvc remote add --default NAME FOLDER-OR-URL` (docs/versioning.md)"
)
# Patterns in the output of DVC or its remote's client, and what a user can do about them.
REMEDIES = [
    (
        r"Unable to acquire lock|is busy, it is being blocked",
        "another DVC command is running here: wait for it to end, then run the same command again",
    ),
    (
        r"No space left on device|Disk quota exceeded|Errno 28",
        "the disk is full: free some space, then run the same command again",
    ),
    (
        r"Permission denied|AccessDenied|Access Denied|Forbidden|InvalidAccessKeyId|"
        r"SignatureDoesNotMatch|AuthFailure|Unable to locate credentials|Invalid credentials",
        "access is refused: check the remote's credentials, or who may write to its folder "
        "(docs/versioning.md), then run the same command again",
    ),
    (
        r"[Cc]onnection|[Cc]onnect call|Could not connect|Name or service not known|timed? ?out|"
        r"No such file or directory|NoSuchBucket|does not exist",
        "the remote cannot be reached: check its address (`dvc remote list`) and the network, "
        "then run the same command again",
    ),
]
MISSING = re.compile(r"missing-files|Missing cache files|neither locally nor on remote")
_ERROR = re.compile(
    r"^ERROR: (?:unexpected error - )?(?:failed to \w+[^-]* - )?(.+)$", re.MULTILINE
)
_CHUNK = 1 << 16


class DvcError(UserError):
    """DVC failed; `missing` if and only if the sole reason is that objects cannot be found."""

    def __init__(self, message: str, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing


def dvc(*arguments: str, root: Path) -> str:
    """Run a DVC command in `root` and return what it printed; DvcError if it fails.

    Its progress is shown if there is a terminal.
    """
    shown = sys.stderr.isatty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=root,
        env=os.environ | ({"DVC_IGNORE_ISATTY": "1"} if shown else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None  # it is a pipe
    printed = b""
    while chunk := os.read(process.stdout.fileno(), _CHUNK):
        printed += chunk
        if shown:
            sys.stderr.buffer.write(chunk)
            sys.stderr.flush()
    output = printed.decode(errors="replace")
    # A full disk, for example, stops a commit halfway with an error but status 0.
    if process.wait() or _ERROR.search(output):
        raise DvcError(f"dvc {arguments[0]}: {explain(output)}", bool(MISSING.search(output)))
    return output


def explain(output: str) -> str:
    """DVC's error message, with the remedy if the error is a known one."""
    errors = _ERROR.findall(output)
    said = errors[0].strip() if errors else (output.strip().splitlines() or ["it failed"])[-1]
    for pattern, remedy in REMEDIES:
        if re.search(pattern, output):
            return f"{said}; {remedy}"
    return said


def remote(root: Path) -> str | None:
    """The name of the default remote, if one is set."""
    try:
        return dvc("config", "core.remote", root=root).strip() or None
    except DvcError:
        return None


def cache_folder(root: Path) -> Path:
    """Where DVC keeps its objects on this machine."""
    return Path(dvc("cache", "dir", root=root).strip().splitlines()[-1])
