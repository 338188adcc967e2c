"""The format of the digits of scikit-learn."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Format
from workflow_scripts.learning.data.formats.npy import FILES, read_npy


class DigitsFormat(Format):
    """Grey images of 8 × 8 pixels from 0 to 16; constants from all 1797 images of both splits."""

    kind: Literal["digits"]
    """Handwritten digits (Alpaydin & Kaynak 1998)."""
    files: ClassVar = FILES
    classes: ClassVar = 10
    shape: ClassVar = (8, 8)
    largest: ClassVar = 16.0
    mean: ClassVar = (0.3053,)
    std: ClassVar = (0.3760,)

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = files
        return read_npy(inputs), read_npy(labels)
