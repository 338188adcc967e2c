"""The .npy files of generated data sets."""

from pathlib import Path

import numpy as np

from workflow_scripts.learning.data.formats.format import broken, size_of

FILES = {
    "train": ("train-inputs.npy", "train-labels.npy"),
    "test": ("test-inputs.npy", "test-labels.npy"),
}
"""The files of a generated data set."""


def read_npy(path: Path) -> np.ndarray:
    """Map a .npy file; UserError names it if it is truncated or has another format."""
    size = size_of(path)
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, SyntaxError) as error:
        raise broken(path, f"is not a whole .npy file ({error})") from error
    if not isinstance(mapped, np.memmap) or mapped.offset + mapped.nbytes != size:
        raise broken(path, "is not exactly one .npy array")
    return mapped
