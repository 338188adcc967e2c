"""The peak of a curve that rises after a fall, and its height above its surroundings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from workflow_scripts.evidence.statistics.intervals import NoData


@dataclass(frozen=True)
class Peak:
    """Positions on a curve: the valley, the top of the largest rise, and the lowest point after."""

    left: int
    top: int
    right: int


def largest_rise(curve: ArrayLike) -> Peak:
    """The two points, in order, between which `curve` [points] rises most.

    On a curve that only falls this is its flattest step. `right` is the lowest point from the top
    on: the top itself if nothing lower follows. ValueError for fewer than two points.
    """
    values = np.asarray(curve, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"a rise needs a curve of two points or more, not {values.shape}")
    lowest = np.minimum.accumulate(values)[:-1]
    top = int(np.argmax(values[1:] - lowest)) + 1
    left = int(np.argmin(values[:top]))
    return Peak(left, top, top + int(np.argmin(values[top:])))


def own_peaks(curves: ArrayLike) -> list[Peak]:
    """The largest rise of each row of `curves` [seeds, points]."""
    return [largest_rise(curve) for curve in _checked(curves)]


def held_out_peaks(curves: ArrayLike) -> list[Peak]:
    """For each seed the largest rise of the mean curve of all other seeds.

    Differences read from a seed's own curve at these positions are free of the bias of taking the
    maximum: on curves that only fall they are negative on average, however noisy they are. NoData
    for a single seed.
    """
    values = _checked(curves)
    if len(values) < 2:
        raise NoData("one seed has no others that say where to look")
    return [largest_rise(np.delete(values, seed, axis=0).mean(0)) for seed in range(len(values))]


def _checked(curves: ArrayLike) -> np.ndarray:
    values = np.asarray(curves, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"curves [seeds, points] are expected, not {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("a curve has a value that is missing or not finite")
    return values
