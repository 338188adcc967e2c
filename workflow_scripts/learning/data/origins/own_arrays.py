"""Arrays of one's own: what they are, and the same as a data set that every study can read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.origins.arrays_settings import Arrays, Files
from workflow_scripts.learning.data.origins.image_folder import class_folders, read_images, size_of
from workflow_scripts.learning.data.origins.npz import array_in, split_name

BYTES = np.dtype(np.uint8)
FEWEST = 2
"""Fewest classes."""


@dataclass(frozen=True)
class Own:
    """What is known of a data set of one's own before it is prepared."""

    train: int
    """Number of training examples."""
    test: int
    """Number of test examples."""
    shape: tuple[int, ...]
    """Shape of one example, without an axis for a single channel."""
    classes: int
    """Number of classes."""


@dataclass(frozen=True, eq=False)
class Read:
    """One split as a user stores it: inputs `[n, …]` and labels `[n]`."""

    inputs: np.ndarray
    labels: np.ndarray
    names: tuple[Path, Path]
    """Where they come from, for messages."""


def look(settings: Arrays) -> Own:
    """Sizes, shape and classes of a data set, without reading the inputs.

    UserError names a file that is missing or cannot be one of a data set.
    """
    sizes, shapes, most = [], [], []
    for files in (settings.train, settings.test):
        if files.images is not None:
            folders = class_folders(Path(files.images).expanduser())
            counts = [len(images) for images in folders.values()]
            sizes.append(sum(counts))
            shapes.append(size_of(next(iter(folders.values()))[0]))
            most.append(len(folders))
        else:
            inputs, labels = array_in(files.inputs or "", look=True), _labels(files)
            sizes.append(len(labels))
            shapes.append(without_channel(inputs.shape[1:]))
            most.append(int(labels.max()) + 1)
    return Own(sizes[0], sizes[1], shapes[0], max(most[0], FEWEST))


def read(settings: Arrays) -> dict[str, Read]:
    """Both splits, checked; UserError names the file at fault and says what it should hold."""
    read = {"train": _read(settings.train), "test": _read(settings.test)}
    train, test = read["train"], read["test"]
    if train.inputs.shape[1:] != test.inputs.shape[1:]:
        raise UserError(
            f"{test.names[0]} holds examples of shape {test.inputs.shape[1:]}, but"
            f" {train.names[0]} of shape {train.inputs.shape[1:]}"
        )
    if train.inputs.dtype != test.inputs.dtype:
        raise UserError(
            f"{test.names[0]} holds {test.inputs.dtype}, but {train.names[0]}"
            f" {train.inputs.dtype}: both must be bytes (uint8) or both floats"
        )
    present = np.unique(train.labels)
    if len(present) < FEWEST:
        raise UserError(f"{train.names[1]} holds a single class: there must be two or more")
    if len(present) != present[-1] + 1:
        absent = next(k for k in range(len(present)) if present[k] != k)
        raise UserError(
            f"{train.names[1]} has no example of class {absent}: classes are numbered from 0"
            f" without gaps, as by numpy.unique(labels, return_inverse=True)"
        )
    if test.labels.max() > present[-1]:
        raise UserError(
            f"{test.names[1]} holds class {test.labels.max()}, which {train.names[1]} does not have"
        )
    return read


def constants(inputs: np.ndarray) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """The raw value that is scaled to 1, and mean and standard deviation of the scaled inputs.

    One value per channel of images `[n, c, h, w]`, else a single one.
    """
    largest = 255.0 if inputs.dtype == BYTES else 1.0
    channels = inputs.shape[1] if inputs.ndim == 4 else 1
    total, squares, count = np.zeros(channels), np.zeros(channels), 0
    for start in range(0, len(inputs), 1000):
        part = np.asarray(inputs[start : start + 1000], np.float64) / largest
        rows = part.reshape(len(part), channels, -1)
        total += rows.sum((0, 2))
        squares += np.square(rows).sum((0, 2))
        count += len(part) * rows.shape[2]
    mean = total / count
    spread = np.sqrt(np.maximum(squares / count - np.square(mean), 0))
    return largest, tuple(mean.tolist()), tuple(spread.tolist())


def without_channel(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an example without the axis of a single channel."""
    return shape[1:] if len(shape) == 3 and shape[0] == 1 else shape


def digest(settings: Arrays) -> str:
    """SHA-256 of what the files of a data set contain; where they are does not matter."""
    total = hashlib.sha256()
    for path, part in sources(settings):
        total.update(f"{sha256(path)}  {part}\n".encode())
    return total.hexdigest()


def sources(settings: Arrays) -> Iterator[tuple[Path, str]]:
    """Every file from which a data set is made, and for what; UserError for one that is missing."""
    for split, files in (("train", settings.train), ("test", settings.test)):
        if files.images is not None:
            for folder, images in class_folders(Path(files.images).expanduser()).items():
                yield from ((image, f"{split}/{folder}/{image.name}") for image in images)
            continue
        for part, name in (("inputs", files.inputs), ("labels", files.labels)):
            path, member = split_name(name or "")
            if not path.is_file():
                raise UserError(f"{path} is missing: it is named by a data set of your own")
            yield path, f"{split}/{part}/{member}"


def _read(files: Files) -> Read:
    if files.images is not None:
        folder = Path(files.images).expanduser()
        inputs, labels = read_images(folder)
        return Read(inputs, labels, (folder, folder))
    inputs, labels = array_in(files.inputs or ""), _labels(files)
    names = Path(files.inputs or ""), Path(files.labels or "")
    if inputs.ndim not in (2, 3, 4):
        raise UserError(
            f"{names[0]} has shape {inputs.shape}: inputs are signals [n, length] or images"
            " [n, height, width] or [n, channels, height, width]"
        )
    if inputs.ndim == 4 and inputs.shape[3] in (1, 3, 4) and inputs.shape[1] not in (1, 3, 4):
        raise UserError(
            f"{names[0]} has shape {inputs.shape}, with the channels last: save"
            " numpy.moveaxis(inputs, -1, 1)"
        )
    if len(inputs) != len(labels):
        raise UserError(
            f"{names[0]} holds {len(inputs)} examples, but {names[1]} {len(labels)} labels"
        )
    if inputs.ndim == 4 and inputs.shape[1] == 1:
        inputs = inputs[:, 0]
    if inputs.dtype != BYTES and not np.issubdtype(inputs.dtype, np.floating):
        raise UserError(
            f"{names[0]} holds {inputs.dtype}: save inputs as bytes (uint8, from 0 to 255) or as"
            " floats"
        )
    return Read(inputs, labels, names)


def _labels(files: Files) -> np.ndarray:
    name = files.labels or ""
    labels = array_in(name)
    if labels.ndim != 1 or len(labels) == 0:
        raise UserError(f"{name} has shape {labels.shape}: labels have shape [n]")
    if not np.issubdtype(labels.dtype, np.integer):
        raise UserError(
            f"{name} holds {labels.dtype}: labels are whole numbers from 0, as by"
            " numpy.unique(labels, return_inverse=True)"
        )
    if labels.min() < 0:
        raise UserError(f"{name} holds the label {labels.min()}: classes are numbered from 0")
    return np.asarray(labels, np.int64)
