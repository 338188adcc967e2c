"""The format of MNIST-1D."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Constants, Format
from workflow_scripts.learning.data.formats.npy import FILES, read_npy


class Mnist1dFormat(Format):
    """Float32 signals, standardised by the generator; their length is a setting."""

    kind: Literal["mnist-1d"]
    """One-dimensional signals in the shape of digits (Greydanus & Kobak 2024)."""
    files: ClassVar = FILES
    constants: Constants = Constants(
        classes=10,
        shape=(-1,),
    )
    """Signals are standardised as they are generated."""

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = files
        return read_npy(inputs), read_npy(labels)
