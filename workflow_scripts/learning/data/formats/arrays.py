"""The format of arrays of one's own, prepared by `workflow_scripts.learning.data.prepare`."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import ValidationError

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.learning.data.formats.format import Format, broken
from workflow_scripts.learning.data.formats.npy import read_npy

DESCRIPTION = "format.json"
"""The file that says what the arrays of a data set are."""


class ArraysFormat(Format):
    """Arrays of one's own: bytes or float32, with constants from all of their training set."""

    kind: Literal["arrays"]
    """Any number of data sets, each in a folder of its own: `arrays/<name>`."""
    # Written out: a class whose body computes something counts wherever it is imported.
    files: ClassVar = {
        "train": ("train-inputs.npy", "train-labels.npy", DESCRIPTION),
        "test": ("test-inputs.npy", "test-labels.npy"),
    }
    several: ClassVar = True

    @classmethod
    def of(cls, kind: str, folder: Path) -> Self:
        """Read the description in `folder`; UserError if it is missing or damaged."""
        path = folder / DESCRIPTION
        try:
            return cls.model_validate(read_json(path))
        except ValidationError as error:
            raise broken(path, "is not the description of a data set") from error

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels, *_ = files
        return read_npy(inputs), read_npy(labels)
