"""The data sets that every job trains on, memory-mapped from their raw files.

Imports numpy alone: each training job imports this module, and what makes the files
(`sources`, `mnist1d`, `digits`) is never needed to read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.core.errors import UserError, nearest

SPLITS = ("train", "test")
IDX_UNSIGNED_BYTE = 0x08
CIFAR10_RECORD = 1 + 3 * 32 * 32  # the label, then the red, green and blue planes


@dataclass(frozen=True)
class Format:
    """How one data set lies on the disk and how its inputs become standardised floats."""

    files: Mapping[str, tuple[str, ...]]
    classes: int
    shape: tuple[int, ...]
    largest: float = 1.0  # the raw value that becomes 1
    mean: tuple[float, ...] = (0.0,)  # of the training inputs in [0, 1], one a channel
    std: tuple[float, ...] = (1.0,)


def _arrays() -> dict[str, tuple[str, ...]]:
    return {split: (f"{split}-inputs.npy", f"{split}-labels.npy") for split in SPLITS}


# The constants are fixed, not computed from the subset in use, so that the same image is the same
# input in every study: mean and deviation of all pixels in [0, 1] of the official training images
# (Fashion-MNIST 60,000; CIFAR-10 50,000, by channel) and of all 1797 digits, which have no
# official split.
FORMATS: dict[str, Format] = {
    "fashion-mnist": Format(
        {
            "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
            "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
        },
        classes=10,
        shape=(28, 28),
        largest=255.0,
        mean=(0.2860,),
        std=(0.3530,),
    ),
    "cifar-10": Format(
        {
            "train": tuple(f"data_batch_{batch}.bin" for batch in range(1, 6)),
            "test": ("test_batch.bin",),
        },
        classes=10,
        shape=(3, 32, 32),
        largest=255.0,
        mean=(0.4914, 0.4822, 0.4465),
        std=(0.2470, 0.2435, 0.2616),
    ),
    "digits": Format(
        _arrays(), classes=10, shape=(8, 8), largest=16.0, mean=(0.3053,), std=(0.3760,)
    ),
    # The generator standardises; the length of a signal is a setting, 40 by default.
    "mnist-1d": Format(_arrays(), classes=10, shape=(-1,)),
}


@dataclass(frozen=True, eq=False)
class Dataset:
    """One split of a data set: `inputs` [n, *shape] as stored, `labels` [n] int64 in [0, classes).

    `inputs` are mapped read-only from the file (uint8 images, float32 signals): the pages are
    shared by all jobs of a machine and no job decompresses or copies them. The one exception is
    the training split of CIFAR-10, which lies in five files and is joined by a copy of 154 MB.
    """

    inputs: np.ndarray
    labels: np.ndarray
    classes: int
    shape: tuple[int, ...]


def paths(name: str, folder: Path) -> list[Path]:
    """Name the files of data set `name` below `folder`: what a rule makes and a job depends on."""
    files = _format(name).files
    return [Path(folder) / name / file for split in SPLITS for file in files[split]]


def load(name: str, split: str, folder: Path) -> Dataset:
    """Map one split ("train" or "test") of data set `name` from `folder`/`name`/.

    Raises UserError, which names the file and the remedy, for an unknown name or split and for a
    file that is missing, cut short or not in its format.
    """
    layout = _format(name)
    if split not in SPLITS:
        raise UserError(f"there is no split {split!r} of {name}: choose from {', '.join(SPLITS)}")
    files = [Path(folder) / name / file for file in layout.files[split]]
    if name == "cifar-10":
        batches = [read_cifar10(file) for file in files]
        inputs, labels = (
            part[0] if len(part) == 1 else np.concatenate(part)
            for part in zip(*batches, strict=True)
        )
    else:
        inputs, labels = (_READERS[file.suffix](file) for file in files)
    return _checked(inputs, labels, layout, files)


def read_idx(path: Path) -> np.ndarray:
    """Map an idx file of unsigned bytes: magic 0, 0, 8, rank; the dimensions as big-endian uint32.

    Source: Y. LeCun, "The MNIST database", section "The IDX file format". Raises UserError when
    the header or the size of the file is not of that format.
    """
    size = _size(path)
    with open(path, "rb") as opened:
        magic = opened.read(4)
        if len(magic) < 4 or magic[:3] != bytes((0, 0, IDX_UNSIGNED_BYTE)) or magic[3] == 0:
            raise _broken(path, "does not begin with the header of an idx file of unsigned bytes")
        rank = magic[3]
        dimensions = opened.read(4 * rank)
    if len(dimensions) < 4 * rank:
        raise _broken(path, "ends inside its header")
    shape = tuple(int(dimension) for dimension in np.frombuffer(dimensions, ">u4"))
    header = 4 + 4 * rank
    expected = header + int(np.prod(shape, dtype=object))
    if size != expected:
        raise _broken(path, f"has {size} bytes where its header {shape} announces {expected}")
    if size == header:
        raise _broken(path, "holds no example")
    return np.memmap(path, np.uint8, "r", offset=header, shape=shape)


def read_cifar10(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Map a file of the binary CIFAR-10: images [n, 3, 32, 32] and labels [n], both uint8 views.

    Source: A. Krizhevsky, "The CIFAR-10 dataset", section "Binary version". Raises UserError when
    the size of the file is no multiple of a record's 3073 bytes.
    """
    size = _size(path)
    if size == 0 or size % CIFAR10_RECORD:
        raise _broken(path, f"has {size} bytes, not a multiple of a record's {CIFAR10_RECORD}")
    records = np.memmap(path, np.uint8, "r", shape=(size // CIFAR10_RECORD, CIFAR10_RECORD))
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]


def read_array(path: Path) -> np.ndarray:
    """Map a .npy file; UserError names it when it is cut short or not one."""
    size = _size(path)
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, SyntaxError) as error:
        raise _broken(path, f"is not a whole .npy file ({error})") from error
    if not isinstance(mapped, np.memmap) or mapped.offset + mapped.nbytes != size:
        raise _broken(path, "is not one .npy file from its first byte to its last")
    return mapped


def as_float(
    inputs: np.ndarray, indices: np.ndarray | slice | None = None, downsample: int = 1
) -> np.ndarray:
    """Return the chosen rows of `Dataset.inputs` as new float32 [n, *shape], standardised.

    uint8 images are scaled to [0, 1], pooled by the mean of `downsample` × `downsample` pixels and
    standardised by the constants in `FORMATS` of the data set whose images have their shape (the
    mean of a pooled set is the same, its deviation a little below 1). Float inputs are returned
    as they are. Raises UserError when `downsample` does not fit.
    """
    rows = inputs if indices is None else inputs[indices]
    floats = np.array(rows, dtype=np.float32)
    if np.issubdtype(inputs.dtype, np.floating):
        if downsample != 1:
            raise UserError("signals cannot be downsampled: set downsample to 1 and choose length")
        return floats
    layout = _layout_of(inputs)
    if downsample != 1:
        floats = _mean_pooled(floats, downsample)
    scale = layout.largest * np.array(layout.std)
    shift = np.array(layout.mean) / np.array(layout.std)
    # One entry a channel: [c, 1, 1] beside [n, c, height, width], a single one beside grey images.
    floats /= scale.astype(np.float32)[:, None, None]
    floats -= shift.astype(np.float32)[:, None, None]
    return floats


def split_indices(
    n: int, sizes: Mapping[str, int], seed: int, labels: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Draw disjoint subsets of `range(n)` without replacement: int64 [size] for each name.

    The subsets are consecutive parts of one permutation, in the order of `sizes`: what is named
    first never depends on the sizes after it, and the last subset only grows with its size. With
    `labels` [n] the draw is stratified: every prefix holds each class in proportion, to within one
    example when the classes are equally large. Raises UserError when `sizes` asks for more than n.
    """
    if any(size < 0 for size in sizes.values()) or sum(sizes.values()) > n:
        wanted = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise UserError(f"cannot draw {wanted} from {n} examples: ask for at most {n} in all")
    order = np.random.Generator(np.random.PCG64(seed)).permutation(n)
    if labels is not None:
        order = _interleaved(order, np.asarray(labels))
    ends = np.cumsum(list(sizes.values()), dtype=np.int64)
    return {
        name: order[end - size : end] for (name, size), end in zip(sizes.items(), ends, strict=True)
    }


def _interleaved(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    if len(labels) != len(order):
        raise ValueError(f"{len(labels)} labels for {len(order)} examples")
    place = np.empty(len(order))
    for label in np.unique(labels):
        members = labels[order] == label
        # The i-th of a class's m examples comes at (i + 1/2) / m of the way through the set.
        place[members] = (np.arange(members.sum()) + 0.5) / members.sum()
    return order[np.argsort(place, kind="stable")]


def _mean_pooled(images: np.ndarray, factor: int) -> np.ndarray:
    *leading, height, width = images.shape
    if factor < 1 or height % factor or width % factor:
        raise UserError(f"downsample {factor} does not divide images of {height} × {width} pixels")
    blocks = images.reshape(*leading, height // factor, factor, width // factor, factor)
    return blocks.mean(axis=(-3, -1))


def _layout_of(inputs: np.ndarray) -> Format:
    for layout in FORMATS.values():
        if inputs.dtype == np.uint8 and inputs.shape[1:] == layout.shape:
            return layout
    raise ValueError(f"no data set has {inputs.dtype} inputs of shape {inputs.shape[1:]}")


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    raise UserError(
        f"there is no data set {name!r}: choose from {', '.join(FORMATS)}{nearest(name, FORMATS)}"
    )


def _checked(inputs: np.ndarray, labels: np.ndarray, layout: Format, files: list[Path]) -> Dataset:
    shape = inputs.shape[1:]
    if len(shape) != len(layout.shape) or any(
        expected not in (-1, actual) for actual, expected in zip(shape, layout.shape, strict=True)
    ):
        raise _broken(files[0], f"holds examples of shape {shape}, not {layout.shape}")
    if labels.shape != (len(inputs),):
        raise _broken(files[-1], f"holds labels {labels.shape} for {len(inputs)} examples")
    labels = np.array(labels, dtype=np.int64)
    if labels.min() < 0 or labels.max() >= layout.classes:
        raise _broken(files[-1], f"holds a label outside 0 to {layout.classes - 1}")
    return Dataset(inputs, labels, layout.classes, shape)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error


def _broken(path: Path, reason: str) -> UserError:
    return UserError(f"{path} {reason}: delete it and run snakemake again to make it afresh")


_READERS = {".npy": read_array, "": read_idx}
