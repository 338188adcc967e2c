"""The format of Fashion-MNIST."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Constants, Format
from workflow_scripts.learning.data.formats.idx import read_idx


class FashionMnistFormat(Format):
    """Grey images of 28 × 28 bytes in idx files; constants from the 60,000 training images."""

    kind: Literal["fashion-mnist"]
    """Images of clothes in ten classes (Xiao et al. 2017)."""
    files: ClassVar = {
        "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    }
    constants: Constants = Constants(
        classes=10,
        shape=(28, 28),
        largest=255.0,
        mean=(0.2860,),
        std=(0.3530,),
    )
    """Mean and deviation of all training images."""

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = files
        return read_idx(inputs), read_idx(labels)
