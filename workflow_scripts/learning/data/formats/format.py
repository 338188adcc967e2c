"""What is known of a data set without reading it, and how it is read. Imports numpy alone."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings

SPLITS = ("train", "test")


class Format(Settings):
    """How one data set lies on the disk and how its inputs become standardised floats.

    The constants are fixed, not computed from the subset in use, so that the same image is the same
    input in every study. A data set's name is its `kind`.
    """

    files: ClassVar[Mapping[str, tuple[str, ...]]]
    """The files of each split."""
    classes: ClassVar[int]
    """Labels are from 0 to one less."""
    shape: ClassVar[tuple[int, ...]]
    """Of one example; −1 where an extent is a setting."""
    largest: ClassVar[float] = 1.0
    """The raw value that becomes 1."""
    mean: ClassVar[tuple[float, ...]] = (0.0,)
    """Of the training inputs in [0, 1], one a channel."""
    std: ClassVar[tuple[float, ...]] = (1.0,)
    """Their standard deviation, one a channel."""

    @abstractmethod
    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        """Map the `files` of a split: inputs `[n, *shape]` and labels `[n]`, as they are stored.

        UserError names a file that is missing, cut short or not in its format.
        """


def size_of(path: Path) -> int:
    """Bytes of a raw file; UserError where it is missing."""
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error


def broken(path: Path, reason: str) -> UserError:
    """The error about a raw file that is not what it should be."""
    return UserError(f"{path} {reason}: delete it and run snakemake again to make it afresh")
