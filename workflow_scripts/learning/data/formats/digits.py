"""The format of the digits of scikit-learn."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Constants, Format
from workflow_scripts.learning.data.formats.npy import FILES, read_npy


class DigitsFormat(Format):
    """Grey images of 8 × 8 pixels from 0 to 16; constants from all 1797 images of both splits."""

    kind: Literal["digits"]
    """Handwritten digits (Alpaydin & Kaynak 1998)."""
    files: ClassVar = FILES
    constants: Constants = Constants(
        classes=10,
        shape=(8, 8),
        largest=16.0,
        mean=(0.3053,),
        std=(0.3760,),
    )
    """Mean and deviation of all images of both splits."""

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = files
        return read_npy(inputs), read_npy(labels)
