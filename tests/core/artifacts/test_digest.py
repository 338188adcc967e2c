"""The SHA-256 of a file."""

import subprocess

import pytest

from workflow_scripts.core.artifacts.digest import sha256


@pytest.mark.parametrize("size", [0, 1, 2**18 + 1], ids=["empty", "a byte", "more than a buffer"])
def test_sha256sum_agrees(tmp_path, size):
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))
    printed = subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True)
    assert sha256(path) == sha256(str(path)) == printed.stdout.split()[0]
