"""Curves of one seed, as rows of the table that figures draw."""

import numpy as np
import pandas as pd

DRAWN_PLACES = 401
"""Places at which curves are drawn."""


def drawing(seed: int, panel: str, curve: str, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """The points `x`, `y` `[N]` of a curve of a panel."""
    return pd.DataFrame({"seed": seed, "panel": panel, "curve": curve, "x": x, "y": y})
