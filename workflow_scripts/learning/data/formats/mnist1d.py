"""The format of MNIST-1D."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Format
from workflow_scripts.learning.data.formats.npy import FILES, read_npy


class Mnist1dFormat(Format):
    """Float32 signals, standardised by the generator; their length is a setting."""

    kind: Literal["mnist-1d"]
    """One-dimensional signals in the shape of digits (Greydanus & Kobak 2024)."""
    files: ClassVar = FILES
    classes: ClassVar = 10
    shape: ClassVar = (-1,)

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = files
        return read_npy(inputs), read_npy(labels)
