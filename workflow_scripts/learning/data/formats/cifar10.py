"""The format of CIFAR-10."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from workflow_scripts.learning.data.formats.format import Constants, Format, broken, size_of

RECORD = 1 + 3 * 32 * 32
"""Bytes per example: the label, then the red, green and blue planes."""


class Cifar10Format(Format):
    """Colour images of 3 × 32 × 32 bytes; constants per channel from the 50,000 training images.

    The training split is in five files, which are joined by a copy of 154 MB; it is the only split
    that is not mapped directly.
    """

    kind: Literal["cifar-10"]
    """Photographs in ten classes (Krizhevsky 2009)."""
    files: ClassVar = {
        "train": (
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
        ),
        "test": ("test_batch.bin",),
    }
    constants: Constants = Constants(
        classes=10,
        shape=(3, 32, 32),
        largest=255.0,
        mean=(0.4914, 0.4822, 0.4465),
        std=(0.2470, 0.2435, 0.2616),
    )
    """Mean and deviation of all training images."""

    def read(self, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = zip(*(read_batch(file) for file in files), strict=True)
        if len(files) == 1:
            return inputs[0], labels[0]
        return np.concatenate(inputs), np.concatenate(labels)


def read_batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Map a file of the binary CIFAR-10: images [n, 3, 32, 32] and labels [n], both uint8 views.

    Source: A. Krizhevsky, "The CIFAR-10 dataset", section "Binary version". UserError if the
    size of the file is not a multiple of 3073 bytes, the size of a record.
    """
    size = size_of(path)
    if size == 0 or size % RECORD:
        raise broken(path, f"has {size} bytes, not a multiple of a record's {RECORD}")
    records = np.memmap(path, np.uint8, "r", shape=(size // RECORD, RECORD))
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
