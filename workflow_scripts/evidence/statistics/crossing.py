"""Where a measured curve passes a level."""

import numpy as np
from numpy.typing import ArrayLike


def crossing(x: ArrayLike, y: ArrayLike, level: float) -> float:
    """The first x at which the line through the points (x, y) reaches `level`; NaN if never.

    `x` [points] ascends, `y` [points]; neighbours are joined by straight lines. A curve that begins
    on the level crosses there.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or np.any(np.diff(x) <= 0):
        raise ValueError("x must ascend and have as many points as y")
    above = y - level
    if above[0] == 0:
        return float(x[0])
    passed = np.flatnonzero(above * np.sign(above[0]) <= 0)
    if not len(passed):
        return float("nan")
    after = passed[0]
    before = after - 1
    share = above[before] / (above[before] - above[after])
    return float(x[before] + share * (x[after] - x[before]))
