"""A clone holds the bytes that were committed, whatever Git is told about line ends."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def git(folder, *arguments):
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    """A repository that holds the files of this checkout as they are, and their names."""
    folder = tmp_path_factory.mktemp("committed")
    names = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    names = [name for name in names if name and (ROOT / name).is_file()]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "config", "core.autocrlf", "false")
    git(folder, "add", "--force", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder, names


@pytest.mark.thorough
@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_clone_has_the_same_bytes(committed, tmp_path, setting):
    folder, names = committed
    git(tmp_path, "clone", "--quiet", "--config", f"core.autocrlf={setting}", str(folder), "clone")
    clone = tmp_path / "clone"
    changed = [n for n in names if (clone / n).read_bytes() != (ROOT / n).read_bytes()]
    assert changed == []
    assert git(clone, "status", "--porcelain") == ""
    subprocess.run(["bash", "-n", ".ci/run"], cwd=clone, check=True)


def test_no_committed_file_has_line_ends_of_windows(committed):
    folder, _ = committed
    listed = git(folder, "ls-files", "--eol").splitlines()
    assert [line for line in listed if line.startswith(("i/crlf", "i/mixed"))] == []
