"""Trends: one slope per seed."""

import numpy as np
from numpy.typing import ArrayLike

from workflow_scripts.evidence.statistics.intervals import NoData


def slopes(x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Least-squares slope [seeds] of each row of `y` [seeds, points] over `x` [points].

    The seed is the sampling unit, so each seed gets its own line, and points of one seed are never
    counted as independent. ValueError if shapes disagree or `x` does not vary.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or y.ndim != 2 or y.shape[1] != len(x):
        raise ValueError(f"x [points] and y [seeds, points] are expected, not {x.shape}, {y.shape}")
    if y.size == 0:
        raise NoData("there are no points to fit a trend to")
    if np.ptp(x) == 0:
        raise ValueError("a trend needs at least two different values of x")
    centred = x - x.mean()
    return (y - y.mean(axis=1, keepdims=True)) @ centred / (centred @ centred)
