"""Unpack a Debian package without installing it and without root."""

import os
import shutil
import subprocess
from pathlib import Path

from workflow_scripts.core.errors import UserError

LIMIT_S = 600


def unpack_package(package: str, work: Path) -> Path:
    """Download `package` with apt into `work` and return the folder into which it is unpacked.

    If this machine has no package lists (for example in a container, where an ordinary user may not
    update them), private ones are fetched below `work` first. UserError if apt or dpkg-deb is
    missing or fails.
    """
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise UserError(f"{program} is not installed: this is not a Debian or Ubuntu machine")
    work = work.resolve()  # apt runs with `work` as its folder and needs absolute paths
    work.mkdir(parents=True, exist_ok=True)
    if _apt(work, "download", package):
        lists, cache = work / "lists", work / "cache"
        (lists / "partial").mkdir(parents=True)
        cache.mkdir()
        private = ("-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}")
        print("  no usable package lists here: fetching private ones", flush=True)
        # One unreachable third-party repository fails the update; the download decides.
        updated = _apt(work, *private, "update")
        failed = _apt(work, *private, "download", package)
        if failed:
            raise UserError(f"apt cannot download {package} ({failed}{updated and f'; {updated}'})")
    archives = sorted(work.glob("*.deb"))
    if len(archives) != 1:
        raise UserError(f"apt left {len(archives)} packages in {work}, expected one")
    unpacked = work / "unpacked"
    failed = _run(["dpkg-deb", "-x", str(archives[0]), str(unpacked)], work)
    if failed:
        raise UserError(f"dpkg-deb cannot unpack {archives[0].name} ({failed})")
    return unpacked


def _apt(work: Path, *arguments: str) -> str:
    options = ("-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")
    return _run(["apt-get", *options, *arguments], work)


def _run(command: list[str], folder: Path) -> str:
    """Run `command`; return the last line of its error output, or "" if it succeeded."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {LIMIT_S} s"
    if done.returncode == 0:
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit status {done.returncode}"
