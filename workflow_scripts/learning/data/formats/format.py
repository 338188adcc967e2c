"""What is known about a data set before reading it, and how to read it. Imports only numpy."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings

SPLITS = ("train", "test")


class Constants(Settings):
    """What all examples of a data set have in common.

    They are fixed, not computed from the subset in use, so that an image is the same input in every
    study.
    """

    classes: int
    """Number of classes K; labels are 0 to K − 1."""
    shape: tuple[int, ...]
    """Shape of one example; −1 for an axis whose length is a setting."""
    largest: float = 1.0
    """The raw value that is scaled to 1."""
    mean: tuple[float, ...] = (0.0,)
    """Mean of the training inputs, scaled to [0, 1], one value per channel."""
    std: tuple[float, ...] = (1.0,)
    """Standard deviation of the training inputs, one value per channel."""


class Format(Settings):
    """How one data set is stored on disk and how its inputs become standardised floats."""

    files: ClassVar[Mapping[str, tuple[str, ...]]]
    """The file names of each split: inputs, labels and any others."""
    several: ClassVar[bool] = False
    """Whether the kind has several data sets: `kind/name` is the name of one, else `kind`."""
    constants: Constants
    """What all examples have in common."""

    @classmethod
    def of(cls, kind: str, folder: Path) -> Self:
        """The format of the data set of this kind whose files are in `folder`."""
        return cls.model_validate({"kind": kind})

    @abstractmethod
    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        """Map the `files` of a split: inputs `[n, *shape]` and labels `[n]`, as stored.

        UserError names a file that is missing, truncated or not in its format.
        """


def size_of(path: Path) -> int:
    """Size of a raw file in bytes; UserError if it is missing."""
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error


def broken(path: Path, reason: str) -> UserError:
    """The UserError for a damaged raw file."""
    return UserError(f"{path} {reason}: delete it and run snakemake again to make it afresh")
