import subprocess

import pytest

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.digits import split_digits
from workflow_scripts.learning.data.manifest import MANIFEST, manifest, verify, write_manifest


@pytest.fixture
def folder(tmp_path):
    write_arrays(tmp_path / "digits", split_digits(test=50, seed=0))
    write_manifest("digits", tmp_path)
    return tmp_path


def test_whole_files_pass_and_sha256sum_agrees(folder):
    verify("digits", folder)
    checked = subprocess.run(["sha256sum", "--check", MANIFEST], cwd=folder / "digits", check=False)
    assert checked.returncode == 0


@pytest.mark.parametrize("file", range(4))
def test_one_changed_byte_in_any_file_is_refused_by_name(folder, file):
    path = paths("digits", folder)[file]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match=rf"{path.name} has changed .*: delete .*{MANIFEST}"):
        verify("digits", folder)


def test_missing_files_are_named(folder):
    paths("digits", folder)[2].unlink()
    with pytest.raises(UserError, match=r"test-inputs\.npy is missing: delete"):
        verify("digits", folder)
    manifest("digits", folder).unlink()
    with pytest.raises(UserError, match=rf"{MANIFEST} is missing"):
        verify("digits", folder)


def test_a_manifest_that_is_none_is_refused(folder):
    write_text(manifest("digits", folder), "not a list\n")
    with pytest.raises(UserError, match="not a list of digests"):
        verify("digits", folder)
