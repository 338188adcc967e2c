"""The barrier on a path between two networks. Imports no torch, because table steps use it."""

import numpy as np
from numpy.typing import ArrayLike


def barrier(positions: ArrayLike, values: ArrayLike) -> float:
    """The largest excess of `values` over the linear interpolation of both ends; never negative.

    `positions` [P] lie in [0, 1] and include both ends; `values` [P] are losses or errors there, in
    any order. ValueError if an end is missing. Frankle et al. 2020, section 2, with the
    interpolation of the ends instead of their mean, as in Entezari et al. 2022, definition 2.
    """
    positions = np.asarray(positions, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64)
    order = np.argsort(positions, kind="stable")
    positions, values = positions[order], values[order]
    if len(positions) < 2 or positions[0] != 0 or positions[-1] != 1:
        raise ValueError("a barrier needs both ends of the path, at positions 0 and 1")
    return float((values - _chord(positions, values)).max())


def rise(positions: ArrayLike, values: ArrayLike) -> float:
    """The barrier without its ends: negative if everything between them lies below the chord.

    A barrier is zero on every line that sags, so that different lines cannot be told apart.
    ValueError if an end is missing or there is no position between them.
    """
    positions = np.asarray(positions, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64)
    order = np.argsort(positions, kind="stable")
    positions, values = positions[order], values[order]
    if len(positions) < 3 or positions[0] != 0 or positions[-1] != 1:
        raise ValueError("a rise needs both ends of the path and positions between them")
    return float((values - _chord(positions, values))[1:-1].max())


def excess(positions: ArrayLike, values: ArrayLike) -> float:
    """The largest of `values` strictly between the two ends minus the larger value at the ends.

    Negative if every position between is better than the worse end. ValueError if an end is
    missing or there is no position between them.
    """
    positions = np.asarray(positions, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64)
    is_end = np.isin(positions, [0.0, 1.0])
    if not {0.0, 1.0} <= set(positions) or is_end.all():
        raise ValueError("an excess needs both ends of the path and positions between them")
    return float(values[~is_end].max() - values[is_end].max())


def _chord(positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (1 - positions) * values[0] + positions * values[-1]
