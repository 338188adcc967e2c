"""The data sets that every job trains on, memory-mapped from their raw files.

Imports only numpy and pydantic: every training job imports this module, and the modules that make
the files (`origins`, `mnist1d`, `digits`) are not needed to read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.formats.format import SPLITS, Format, broken
from workflow_scripts.learning.data.formats.kinds import class_of, format_of


@dataclass(frozen=True, eq=False)
class Dataset:
    """One split of a data set: `inputs` [n, *shape] as stored, `labels` [n] int64 in [0, classes).

    `inputs` are mapped read-only from the file (uint8 images, float32 signals): all jobs on a
    machine share the pages, and no job decompresses or copies them unless the format requires it.
    """

    inputs: np.ndarray
    labels: np.ndarray
    format: Format

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.format.constants.classes

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.inputs.shape[1:]


def paths(name: str, folder: Path) -> list[Path]:
    """The paths of data set `name` below `folder`: those of the training set first."""
    files = class_of(name).files
    return [Path(folder) / name / file for split in SPLITS for file in files[split]]


def load(name: str, split: str, folder: Path) -> Dataset:
    """Map one split ("train" or "test") of data set `name` from `folder`/`name`/.

    UserError names the file and the remedy for an unknown name or split and for a file that is
    missing, truncated or not in its format.
    """
    layout = format_of(name, folder)
    if split not in SPLITS:
        raise UserError(f"{name} has no split {split!r}: choose from {', '.join(SPLITS)}")
    files = [Path(folder) / name / file for file in layout.files[split]]
    return _checked(*layout.read(files), layout, files)


def as_float(
    inputs: np.ndarray,
    layout: Format,
    indices: np.ndarray | slice | None = None,
    downsample: int = 1,
) -> np.ndarray:
    """Return the chosen rows of `Dataset.inputs` as new float32 [n, *shape], standardised.

    The constants are those of their format `layout`, one per channel of images. Images are pooled
    first, by the mean of `downsample` × `downsample` pixels (which keeps the mean and brings the
    standard deviation slightly below 1). UserError if `downsample` does not divide the image size.
    """
    rows = inputs if indices is None else inputs[indices]
    floats = np.array(rows, dtype=np.float32)
    constants = layout.constants
    images = len(constants.shape) > 1
    if downsample != 1:
        if not images:
            raise UserError("signals cannot be downsampled: set downsample to 1 and choose length")
        floats = _mean_pooled(floats, downsample)
    scale = constants.largest * np.array(constants.std)
    shift = np.array(constants.mean) / np.array(constants.std)
    # One entry per channel: [c, 1, 1] for [n, c, height, width], a single one for grey images.
    each = (slice(None), None, None) if images else ...
    floats /= scale.astype(np.float32)[each]
    floats -= shift.astype(np.float32)[each]
    return floats


def split_indices(
    n: int, sizes: Mapping[str, int], seed: int, labels: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Draw disjoint subsets of `range(n)` without replacement: int64 [size] for each name.

    The subsets are consecutive parts of one permutation, in the order of `sizes`: a subset never
    depends on the sizes after it, and a larger last subset contains a smaller one. With `labels`
    [n] the draw is stratified: every prefix contains each class in proportion, to within one
    example if the classes are equally large. UserError if `sizes` asks for more than n.
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
        # The i-th of the m examples of a class is placed at (i + 1/2) / m of the whole set.
        place[members] = (np.arange(members.sum()) + 0.5) / members.sum()
    return order[np.argsort(place, kind="stable")]


def _mean_pooled(images: np.ndarray, factor: int) -> np.ndarray:
    *leading, height, width = images.shape
    if factor < 1 or height % factor or width % factor:
        raise UserError(f"downsample {factor} does not divide images of {height} × {width} pixels")
    blocks = images.reshape(*leading, height // factor, factor, width // factor, factor)
    return blocks.mean(axis=(-3, -1))


def _checked(inputs: np.ndarray, labels: np.ndarray, layout: Format, files: list[Path]) -> Dataset:
    shape, constants = inputs.shape[1:], layout.constants
    if len(shape) != len(constants.shape) or any(
        expected not in (-1, actual)
        for actual, expected in zip(shape, constants.shape, strict=True)
    ):
        raise broken(files[0], f"holds examples of shape {shape}, not {constants.shape}")
    if labels.shape != (len(inputs),):
        raise broken(files[-1], f"holds labels of shape {labels.shape} for {len(inputs)} examples")
    labels = np.array(labels, dtype=np.int64)
    if labels.min() < 0 or labels.max() >= constants.classes:
        raise broken(files[-1], f"holds a label outside 0 to {constants.classes - 1}")
    return Dataset(inputs, labels, layout)
