"""What can go wrong on the way: a clear line, nothing lost, and the second try works."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import History
from versioned_copy import (
    NOTHING,
    OVERLAY,
    SCALE,
    TRAINED,
    VersionedCopy,
    error_lines,
    surroundings,
)
from zc.lockfile import LockFile

from tests.workflow.repository_copy import DEADLINE_S, POLL_S

pytestmark = pytest.mark.workflow


def test_an_interrupted_pull(fresh: VersionedCopy, history: History) -> None:
    """Killed while objects arrive: the next one goes on."""
    arrived = fresh.root / ".dvc/cache/files/md5"
    command = [
        sys.executable,
        "-m",
        "workflow_scripts.operation.versioning.restore",
        "--scale",
        SCALE,
    ]
    process = subprocess.Popen(
        command,
        cwd=fresh.root,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + DEADLINE_S
    while not any(arrived.glob("*/*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(POLL_S)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (fresh.root / TRAINED).exists()
    assert NOTHING in fresh.succeed("restore")
    assert fresh.big_files() == history.second_files


def test_a_missing_remote(fresh: VersionedCopy, history: History) -> None:
    """None is set; then one is, but its folder is not there; then it is."""
    with fresh.edited(".dvc/config", edit=lambda text: text.replace("remote = store", "")):
        line = refused(fresh)
    assert "no DVC remote is set: `dvc remote add --default NAME FOLDER-OR-URL`" in line
    fresh.set_remote({"url": "/nowhere/remote"})
    line = refused(fresh)
    assert "neither the cache nor the remote knows what belongs in" in line
    assert not (fresh.root / TRAINED).exists()
    fresh.set_remote({"url": str(history.remote)})
    assert NOTHING in fresh.succeed("restore")


def test_a_lock_that_another_process_holds(mine: VersionedCopy) -> None:
    before = mine.digests("dvc.lock", "dvc.yaml")
    lock = LockFile(str(mine.root / ".dvc/tmp/lock"))
    try:
        assert "another DVC command is running here: wait for it to end" in refused(
            mine, "snapshot"
        )
        (mine.root / TRAINED).unlink()
        assert "another DVC command is running here: wait for it to end" in refused(mine)
    finally:
        lock.close()
    assert mine.digests("dvc.lock", "dvc.yaml") == before
    assert NOTHING in mine.succeed("restore")


def test_a_full_disk_while_restoring(fresh: VersionedCopy, history: History) -> None:
    with small_disk(fresh.root / ".dvc/cache", 30) as grow:
        line = refused(fresh)
        assert line.startswith("error: dvc fetch: ")
        assert line.endswith("the disk is full: free some space, then run the same command again")
        assert not (fresh.root / TRAINED).exists()
        grow()
        assert NOTHING in fresh.succeed("restore")
        assert fresh.big_files() == history.second_files


def test_a_full_disk_while_making_a_snapshot(mine: VersionedCopy, history: History) -> None:
    """Neither `dvc.lock` nor a result changes, and all is there when there is room."""
    before = mine.digests("dvc.lock", "dvc.yaml")
    shutil.rmtree(mine.root / ".dvc/cache")
    with small_disk(mine.root / ".dvc/cache", 30) as grow:
        line = refused(mine, "snapshot")
        assert line.startswith("error: dvc commit: ")
        assert line.endswith("the disk is full: free some space, then run the same command again")
        assert mine.digests("dvc.lock", "dvc.yaml") == before
        assert mine.big_files() == history.second_files
        grow()
        assert "Pushed to the remote 'store'" in mine.succeed("snapshot")
        assert "all match dvc.lock" in mine.succeed("check")


def test_an_ordinary_user(history: History, somebody: Callable[[Path], tuple[str, ...]]) -> None:
    """Clones, restores, changes something, and makes a snapshot of it."""
    folder = Path(tempfile.mkdtemp(prefix="ordinary-"))
    try:
        bare = ["git", "clone", "--quiet", "--bare", history.copy.root, folder / "origin"]
        subprocess.run(bare, check=True, env=surroundings())
        shutil.copytree(history.remote, folder / "remote")
        who = {"before": somebody(folder), "HOME": str(folder)}
        who["DVC_SITE_CACHE_DIR"] = str(folder / "site")
        parent, copy = VersionedCopy(folder), VersionedCopy(folder / "clone")
        status, output = parent.execute("git", "clone", "--quiet", "origin", "clone", **who)
        assert status == 0, output
        configure = ["remote", "modify", "--local", "store", "url", str(folder / "remote")]
        copy.dvc(*configure, **who)
        assert NOTHING in copy.succeed("restore", **who)
        assert copy.big_files() == history.second_files
        overlay = copy.root / OVERLAY
        overlay.write_text(overlay.read_text().replace("late: resnet", "late: lenet"))
        status, output = copy.execute(*copy.command("--cores", "1"), **who)
        assert status == 0, output
        assert "Job stats" in output
        assert "lottery_dense" not in output
        assert "Pushed to the remote 'store'" in copy.succeed("snapshot", **who)
    finally:
        shutil.rmtree(folder)


def refused(copy: VersionedCopy, name: str = "restore") -> str:
    """The one line of a command that fails."""
    status, output = copy.make(name)
    assert status != 0, output
    assert "Traceback" not in output
    (line,) = error_lines(output)
    return line


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[], None]]:
    """A disk of that size at `folder`; what is yielded makes it large enough."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk, where the machine lets it")
    try:
        yield (
            lambda: (
                subprocess.run(["mount", "-o", "remount,size=400m", folder], check=True) and None
            )
        )
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
