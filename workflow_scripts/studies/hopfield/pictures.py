"""Images as patterns of ±1, and as rows of a table."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

SIDE = 28


def binary(images: Tensor) -> Tensor:
    """Patterns `[n, pixels]` of ±1, float32 (light or dark), from images in [0, 1]."""
    return torch.where(images > 0.5, 1.0, -1.0).float()


def picture_rows(group: str, kind: str, images: Tensor) -> pd.DataFrame:
    """One row per picture: its pixels from 0 to 1 as hexadecimal bytes, in row-major order."""
    pixels = (images.clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    return pd.DataFrame(
        {
            "group": group,
            "kind": kind,
            "picture": range(len(pixels)),
            "pixels": ["x" + row.tobytes().hex() for row in pixels],
        }
    )


def picture(pixels: str) -> np.ndarray:
    """The picture `[SIDE, SIDE]` uint8 from a row of `picture_rows`."""
    return np.frombuffer(bytes.fromhex(pixels.removeprefix("x")), np.uint8).reshape(SIDE, SIDE)
