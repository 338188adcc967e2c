import errno
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.core.artifacts.atomic import read_json, replacing, write_json, write_text
from workflow_scripts.core.errors import UserError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Surrogates are no text: UTF-8 cannot hold them.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("aäß,\n\"'", max_size=3), inner),
    max_leaves=12,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write_half(path, error):
    with replacing(path) as temporary:
        temporary.write_text("half of the n")
        raise error("half")


def failing(name, number, monkeypatch):
    """Let a function of `os` fail as it does on a full disk or in a read-only folder."""

    def fail(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_writer_that_raises_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "result.csv"
    write_text(path, "old")
    with pytest.raises(error):
        write_half(path, error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["result.csv"]


def test_a_first_writer_that_raises_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="half"):
        write_half(tmp_path / "a" / "b.csv", ValueError)
    assert names(tmp_path / "a") == []


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "result.csv"
    write_text(path, "old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent
    assert path.read_text() == "new"


def test_missing_folders_are_made_and_text_is_utf_8_with_unix_line_ends(tmp_path):
    path = tmp_path / "some" / "where" / "text"
    write_text(path, "Größe → ×\n")
    assert path.read_bytes() == "Größe → ×\n".encode()


@given(JSON)
def test_json_reads_back_as_it_was_written(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    write_json(path, content)
    assert read_json(path) == content
    assert json.loads(path.read_bytes()) == content


def test_equal_json_has_equal_bytes_whatever_the_order_of_its_keys(tmp_path):
    write_json(tmp_path / "a", {"x": 1, "y": {"b": 0.1, "a": [1]}})
    write_json(tmp_path / "b", {"y": {"a": [1], "b": 0.1}, "x": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_have_are_refused_and_the_old_file_stays(tmp_path, value):
    write_json(tmp_path / "a.json", 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json") == 1


@pytest.mark.parametrize("content", ["", '{"a": 1', "{'a': 1}", "nothing", b"\xff\xfe"])
def test_a_broken_json_file_is_named(tmp_path, content):
    path = tmp_path / "claims.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError, match=r"claims\.json is not complete JSON") as caught:
        read_json(path)
    assert "\n" not in str(caught.value)


def test_a_missing_json_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"claims\.json is missing: run snakemake again"):
        read_json(tmp_path / "claims.json")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's device that is full")
def test_a_disk_that_really_is_full_is_named_and_the_old_file_stays(tmp_path):
    path = tmp_path / "claims.json"
    write_json(path, "old")
    (tmp_path / f".claims.json.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(UserError, match=r"no space left on the disk for .*claims\.json"):
        write_json(path, "new")
    assert read_json(path) == "old"
    assert names(tmp_path) == ["claims.json"]


@pytest.mark.parametrize("function", ["replace", "fsync"])
@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "no space left on the disk for"),
        (errno.EDQUOT, "no space left on the disk for"),
        (errno.EACCES, "cannot write"),
        (errno.EPERM, "cannot write"),
        (errno.EROFS, "cannot write"),
    ],
)
def test_full_disks_and_closed_folders_are_the_users_to_mend(
    tmp_path, monkeypatch, function, number, message
):
    path = tmp_path / "result.csv"
    write_text(path, "old")
    with monkeypatch.context() as patched:
        failing(function, number, patched)
        with pytest.raises(UserError, match=rf"{message} .*result\.csv") as caught:
            write_text(path, "new")
    assert "\n" not in str(caught.value)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["result.csv"]


def test_a_folder_that_cannot_be_made_is_the_users_to_mend(tmp_path, monkeypatch):
    failing("mkdir", errno.EACCES, monkeypatch)
    with pytest.raises(UserError, match=r"cannot write .*result\.csv"):
        write_text(tmp_path / "closed" / "result.csv", "new")


def test_other_errors_of_the_system_keep_their_traceback(tmp_path, monkeypatch):
    failing("replace", errno.EIO, monkeypatch)
    with pytest.raises(OSError, match="Input/output error"):
        write_text(tmp_path / "result.csv", "new")
    assert names(tmp_path) == []
