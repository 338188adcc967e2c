"""Write generated data sets as .npy files that `datasets.load` maps."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from workflow_scripts.core.artifacts.atomic import replacing


def write_arrays(folder: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write each array to `folder`/<name>.npy atomically; equal arrays give equal bytes."""
    for name in sorted(arrays):
        with replacing(folder / f"{name}.npy") as part, open(part, "wb") as written:
            np.save(written, np.ascontiguousarray(arrays[name]), allow_pickle=False)
