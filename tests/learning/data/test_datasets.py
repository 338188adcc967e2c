import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.datasets import as_float, load, paths
from workflow_scripts.learning.data.formats.cifar10 import read_batch
from workflow_scripts.learning.data.formats.idx import read_idx
from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.learning.data.sample import Sample


def idx_bytes(array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def mapped(array):
    """Whether the memory of `array` is that of a mapped file."""
    while array is not None:
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return False


@pytest.fixture
def fashion(tmp_path):
    """Synthetic Fashion-MNIST of 50 and 20 images in the real files."""
    generator = np.random.default_rng(0)
    made = {}
    (tmp_path / "fashion-mnist").mkdir()
    for split, prefix, n in (("train", "train", 50), ("test", "t10k", 20)):
        images = generator.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        labels = generator.integers(0, 10, n, dtype=np.uint8)
        made[split] = images, labels
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            file = tmp_path / "fashion-mnist" / f"{prefix}-{kind}-ubyte"
            file.write_bytes(idx_bytes(array))
    return tmp_path, made


def cifar_batch(n, seed):
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, n, dtype=np.uint8)
    images = generator.integers(0, 256, (n, 3, 32, 32), dtype=np.uint8)
    record = b"".join(
        bytes([label]) + image.tobytes() for label, image in zip(labels, images, strict=True)
    )
    return record, images, labels


@pytest.mark.parametrize("split", ["train", "test"])
def test_fashion_mnist_reads_the_bytes_of_its_files_without_a_copy(fashion, split):
    folder, made = fashion
    data = load("fashion-mnist", split, folder)
    images, labels = made[split]
    np.testing.assert_array_equal(data.inputs, images)
    np.testing.assert_array_equal(data.labels, labels)
    assert data.labels.dtype == np.int64
    assert (data.classes, data.shape) == (10, (28, 28))
    assert mapped(data.inputs)
    assert not data.inputs.flags.writeable
    assert {path.name for path in paths("fashion-mnist", folder)} == {
        file.name for file in (folder / "fashion-mnist").iterdir()
    }


def test_the_smallest_idx_file_by_hand(tmp_path):
    file = tmp_path / "two-by-two"
    file.write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]))
    np.testing.assert_array_equal(read_idx(file), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw[:-1], "header .* announces"),
        (lambda raw: raw + b"\0", "header .* announces"),
        (lambda raw: raw[:9], "ends inside its header"),
        (lambda raw: b"", "does not begin"),
        (lambda raw: b"\0\0\x0d" + raw[3:], "does not begin"),  # idx of floats
        (lambda raw: b"\x1f\x8b" + raw[2:], "does not begin"),  # still compressed
        (lambda raw: raw[:4] + b"\xff" * 12 + raw[16:], "header .* announces"),  # overflow
        (lambda raw: raw[:4] + struct.pack(">3I", 0, 28, 28), "no example"),
        (lambda raw: raw[:4] + struct.pack(">3I", 50, 14, 56) + raw[16:], "shape"),
    ],
)
def test_a_spoilt_image_file_is_refused_by_name(fashion, spoil, reason):
    folder, _ = fashion
    file = folder / "fashion-mnist" / "train-images-idx3-ubyte"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(UserError, match=reason) as refused:
        load("fashion-mnist", "train", folder)
    assert str(file) in str(refused.value)
    assert "snakemake" in str(refused.value)


def test_a_missing_file_and_wrong_labels_are_refused_by_name(fashion):
    folder, made = fashion
    file = folder / "fashion-mnist" / "train-labels-idx1-ubyte"
    labels = made["train"][1].copy()
    file.write_bytes(idx_bytes(labels[:-1]))
    with pytest.raises(UserError, match=r"train-labels.*labels of shape \(49,\) for 50 examples"):
        load("fashion-mnist", "train", folder)
    labels[7] = 10
    file.write_bytes(idx_bytes(labels))
    with pytest.raises(UserError, match=r"train-labels.*a label outside 0 to 9"):
        load("fashion-mnist", "train", folder)
    file.unlink()
    with pytest.raises(UserError, match="train-labels-idx1-ubyte is missing"):
        load("fashion-mnist", "train", folder)


def test_unknown_names_are_answered_with_the_nearest(tmp_path):
    with pytest.raises(UserError, match="did you mean 'fashion-mnist'"):
        load("fashion_mnist", "train", tmp_path)
    with pytest.raises(UserError, match="choose from fashion-mnist, cifar-10, digits, mnist-1d"):
        paths("zzz", tmp_path)
    with pytest.raises(UserError, match="no split 'validation'"):
        load("digits", "validation", tmp_path)


def test_cifar10_in_its_real_format(tmp_path):
    (tmp_path / "cifar-10").mkdir()
    parts = [cifar_batch(3, seed) for seed in range(6)]
    for path, (record, _, _) in zip(paths("cifar-10", tmp_path), parts, strict=True):
        path.write_bytes(record)
    train = load("cifar-10", "train", tmp_path)
    np.testing.assert_array_equal(train.inputs, np.concatenate([p[1] for p in parts[:5]]))
    np.testing.assert_array_equal(train.labels, np.concatenate([p[2] for p in parts[:5]]))
    test = load("cifar-10", "test", tmp_path)
    np.testing.assert_array_equal(test.inputs, parts[5][1])
    assert (test.classes, test.shape) == (10, (3, 32, 32))
    assert mapped(test.inputs)


def test_a_cifar10_file_cut_inside_a_record_is_refused(tmp_path):
    file = tmp_path / "data_batch_1.bin"
    file.write_bytes(cifar_batch(2, 0)[0][:-1])
    with pytest.raises(UserError, match=r"data_batch_1.bin has 6145 bytes"):
        read_batch(file)
    file.write_bytes(b"")
    with pytest.raises(UserError, match=r"data_batch_1.bin has 0 bytes"):
        read_batch(file)


@pytest.fixture
def signals(tmp_path):
    arrays = {
        "train-inputs": np.linspace(-1, 1, 120, dtype=np.float32).reshape(3, 40),
        "train-labels": np.array([0, 9, 4]),
    }
    write_arrays(tmp_path / "mnist-1d", arrays)
    return tmp_path, arrays


def test_arrays_are_mapped_and_keep_their_bytes(signals):
    folder, arrays = signals
    data = load("mnist-1d", "train", folder)
    np.testing.assert_array_equal(data.inputs, arrays["train-inputs"])
    np.testing.assert_array_equal(data.labels, arrays["train-labels"])
    assert mapped(data.inputs)
    assert data.shape == (40,)
    file = folder / "mnist-1d" / "train-inputs.npy"
    before = file.read_bytes()
    write_arrays(folder / "mnist-1d", arrays)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:5],
        lambda raw: b"",
        lambda raw: raw + b"\0",
        lambda raw: b"PK" + raw[2:],
    ],
)
def test_a_spoilt_array_is_refused_by_name(signals, spoil):
    folder, _ = signals
    file = folder / "mnist-1d" / "train-inputs.npy"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(UserError, match=r"train-inputs\.npy"):
        load("mnist-1d", "train", folder)


def test_an_array_of_objects_is_never_unpickled(signals):
    folder, _ = signals
    np.save(folder / "mnist-1d" / "train-labels.npy", np.array([object]), allow_pickle=True)
    with pytest.raises(UserError, match=r"train-labels\.npy is not a whole \.npy file"):
        load("mnist-1d", "train", folder)


@pytest.mark.parametrize("name", ["fashion-mnist", "digits", "cifar-10"])
@pytest.mark.parametrize("factor", [1, 2, 4])
def test_as_float_is_pooling_scaling_and_standardising_in_float64(name, factor):
    layout = format_of(name, Path())
    constants = layout.constants
    generator = np.random.default_rng(1)
    images = generator.integers(
        0, int(constants.largest) + 1, (6, *constants.shape), dtype=np.uint8
    )
    rows = np.array([4, 0, 4])
    floats = as_float(images, layout, rows, downsample=factor)
    height, width = (side // factor for side in constants.shape[-2:])
    channels = constants.shape[0] if len(constants.shape) == 3 else 1
    expected = np.empty((3, channels, height, width))
    for i, row in enumerate(rows):
        for channel, image in enumerate(images[row].reshape(channels, *constants.shape[-2:])):
            for y in range(height):
                for x in range(width):
                    block = image[
                        y * factor : (y + 1) * factor, x * factor : (x + 1) * factor
                    ].astype(np.float64)
                    value = block.mean() / constants.largest
                    expected[i, channel, y, x] = (value - constants.mean[channel]) / constants.std[
                        channel
                    ]
    assert floats.dtype == np.float32
    np.testing.assert_allclose(floats.reshape(expected.shape), expected, atol=2e-6)


def test_as_float_converts_only_the_rows_asked_for(tmp_path):
    file = tmp_path / "images"
    file.write_bytes(idx_bytes(np.zeros((2000, 28, 28))))
    images = read_idx(file)
    tracemalloc.start()
    try:
        as_float(images, format_of("fashion-mnist", Path()), np.arange(10), downsample=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * 784 * 4  # of 2000 images; all as float32 would be 6.3 MB


def test_as_float_gives_signals_back_as_an_own_copy(signals):
    folder, arrays = signals
    data = load("mnist-1d", "train", folder)
    floats = as_float(data.inputs, data.format, slice(1, 3))
    np.testing.assert_array_equal(floats, arrays["train-inputs"][1:])
    floats += 1  # writable: the mapped file is not
    np.testing.assert_array_equal(data.inputs, arrays["train-inputs"])


def test_as_float_refuses_what_does_not_fit():
    with pytest.raises(UserError, match="downsample 3 does not divide images of 28 × 28"):
        as_float(np.zeros((1, 28, 28), np.uint8), format_of("fashion-mnist", Path()), downsample=3)
    with pytest.raises(UserError, match="signals cannot be downsampled"):
        as_float(np.zeros((1, 40), np.float32), format_of("mnist-1d", Path()), downsample=2)


@pytest.mark.parametrize(
    ("name", "meant"), [("fashion_mnist", "; did you mean 'fashion-mnist'?"), ("zzz", "")]
)
def test_settings_refuse_a_data_set_that_is_none_with_the_known_names(name, meant):
    with pytest.raises(ValueError, match="Input should be 'fashion-mnist', 'cifar-10', 'digi"):
        Sample(dataset=name, train=1, validation=0, test=1)
    with pytest.raises(UserError, match=r"no data set .*: choose from fashion-mnist, ") as refused:
        format_of(name, Path())
    assert str(refused.value).endswith(f"mnist-1d{meant}")


def test_reading_data_imports_no_more_than_numpy_and_pydantic():
    """A job pays for what it imports, and a network library in a training job is a surprise."""
    script = (
        "import sys, numpy, workflow_scripts.core.settings\n"
        "before = {m.split('.')[0] for m in sys.modules}\n"
        "import workflow_scripts.learning.data.datasets\n"
        "new = {m.split('.')[0] for m in sys.modules} - before\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "[]"
