import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from workflow_scripts.core.artifacts.checkpoints import digest, load_checkpoint, save_checkpoint
from workflow_scripts.core.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
ARRAYS = {
    "weight": np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 3, 4),
    "step": np.array(7, dtype=np.int64),
    "nothing": np.zeros((0, 3), dtype=np.float16),
}
FACTS = {"prunable": "weight0 weight1", "key": "ü", "a": "", "b": "1", "c": "2"}
DTYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "bool"]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "trained.safetensors"
    save_checkpoint(path, ARRAYS, FACTS)
    return path


def assert_refused(path):
    """It is refused by name and set aside, and what was read of it is still there to look at."""
    content = path.read_bytes()
    with pytest.raises(UserError, match=rf"{path.name} is .* set aside") as caught:
        load_checkpoint(path)
    assert "\n" not in str(caught.value)
    assert not path.exists()
    assert path.with_name(path.name + ".corrupt").read_bytes() == content


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("abc/._0", min_size=1),
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=0, min_side=0))
        ),
        min_size=1,
        max_size=4,
    )
)
def test_arrays_read_back_with_their_types_shapes_and_bits(tmp_path_factory, arrays):
    path = tmp_path_factory.getbasetemp() / "round-trip.safetensors"
    save_checkpoint(path, arrays)
    read, facts = load_checkpoint(path)
    assert facts == {}
    assert list(read) == sorted(arrays)
    for name, array in arrays.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert read[name].tobytes() == array.tobytes()


def test_the_layout_in_memory_does_not_matter(tmp_path):
    matrix = np.arange(12.0).reshape(3, 4)
    save_checkpoint(tmp_path / "a", {"m": matrix.T, "r": matrix[::-1, ::2]})
    read, _ = load_checkpoint(tmp_path / "a")
    assert (read["m"] == matrix.T).all()
    assert (read["r"] == matrix[::-1, ::2]).all()


def test_facts_are_kept(saved):
    assert load_checkpoint(saved)[1] == FACTS


def test_equal_content_gives_equal_bytes_whatever_the_order(saved, tmp_path):
    expected = saved.read_bytes()
    for trial in range(8):  # by chance safetensors itself would keep one order
        path = tmp_path / f"{trial}.safetensors"
        save_checkpoint(path, dict(reversed(ARRAYS.items())), dict(reversed(FACTS.items())))
        assert path.read_bytes() == expected


def test_equal_content_gives_equal_bytes_in_another_process(saved, tmp_path):
    script = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from test_checkpoints import *\n"
        "save_checkpoint(sys.argv[3], ARRAYS, FACTS)"
    )
    path = tmp_path / "other.safetensors"
    command = [sys.executable, "-c", script, str(ROOT), str(Path(__file__).parent), str(path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "1"})
    assert path.read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("eighth", range(8))
def test_a_truncated_file_is_refused_and_set_aside(saved, eighth):
    content = saved.read_bytes()
    saved.write_bytes(content[: len(content) * eighth // 8])
    assert_refused(saved)


def test_a_file_without_its_last_byte_or_with_one_more_is_refused(saved):
    content = saved.read_bytes()
    for broken in (content[:-1], content + b"\0"):
        saved.write_bytes(broken)
        assert_refused(saved)


def test_one_flipped_bit_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 1 << position % 8
        saved.write_bytes(flipped)
        assert_refused(saved)


def test_a_file_of_another_program_is_refused(tmp_path):
    from safetensors.numpy import save_file

    path = tmp_path / "foreign.safetensors"
    for metadata in (None, {"facts": "[1]"}, {"facts": "{}"}):
        save_file({"a": np.zeros(3)}, path, metadata=metadata)
        assert_refused(path)


def test_after_a_refusal_the_file_is_missing_so_that_it_is_made_again(saved):
    saved.write_bytes(b"junk")
    assert_refused(saved)
    with pytest.raises(UserError, match="is missing: run snakemake again"):
        load_checkpoint(saved)


def test_a_refused_file_that_cannot_be_set_aside_is_still_named(saved, monkeypatch):
    saved.write_bytes(b"junk")

    def fail(*arguments):
        raise PermissionError

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UserError, match=r"trained\.safetensors is .*: delete it"):
        load_checkpoint(saved)


def test_a_file_that_may_not_be_read_stays_where_it_is(saved, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match=r"trained\.safetensors cannot be read"):
        load_checkpoint(saved)
    assert saved.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's device that is full")
def test_a_full_disk_is_named_and_the_old_checkpoint_stays(saved):
    (saved.parent / f".{saved.name}.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(UserError, match=r"no space left on the disk for .*trained\.safetensors"):
        save_checkpoint(saved, {"other": np.zeros(3)})
    assert load_checkpoint(saved)[1] == FACTS


@pytest.mark.parametrize(
    "changed",
    [
        {"weight": ARRAYS["weight"].astype(np.float64)},
        {"weight": ARRAYS["weight"].reshape(6, 4)},
        {"weight": -ARRAYS["weight"]},
        {"more": np.zeros(1)},
    ],
)
def test_the_digest_sees_types_shapes_values_and_names(changed):
    assert digest(ARRAYS | changed, {}) != digest(ARRAYS, {})
    assert digest(ARRAYS, {"fact": "1"}) != digest(ARRAYS, {})


def test_torch_is_not_imported():
    script = (
        "import sys, workflow_scripts.core.artifacts.checkpoints\n"
        "import workflow_scripts.core.artifacts.tables\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
