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


def largest_rise(curve: ArrayLike, inner: bool = False) -> Peak:
    """The two points, in order, between which `curve` [points] rises most.

    On a curve that only falls this is its flattest step. `right` is the lowest point from the top
    on: the top itself if nothing lower follows. With `inner` the top is not the last point, and
    `right` lies after it, so that a curve that ends at its top has a second descent below zero.
    ValueError for fewer than two points (three with `inner`).
    """
    values = np.asarray(curve, dtype=np.float64)
    fewest = 3 if inner else 2
    if values.ndim != 1 or len(values) < fewest:
        points = "three" if inner else "two"
        raise ValueError(f"a rise needs a curve of {points} points or more, not {values.shape}")
    tops = values[:-1] if inner else values
    lowest = np.minimum.accumulate(tops)[:-1]
    top = int(np.argmax(tops[1:] - lowest)) + 1
    left = int(np.argmin(values[:top]))
    after = top + 1 if inner else top
    return Peak(left, top, after + int(np.argmin(values[after:])))


def own_peaks(curves: ArrayLike) -> list[Peak]:
    """The largest rise of each row of `curves` [seeds, points]."""
    return [largest_rise(curve) for curve in _checked(curves)]


def half_peaks(curves: ArrayLike, inner: bool = False) -> list[Peak]:
    """For each seed the largest (`inner`) rise of the mean curve of the other half of the seeds.

    The halves are the rows at even and at odd positions (three and two of five). Differences read
    from a seed's own curve at these positions are free of the bias of taking the maximum: on curves
    that only fall they are negative on average, however noisy they are. Where there is a peak both
    halves find it, and the interval over seeds is as wide as it should be. On a flat curve each
    half finds its own place, and 5 to 7 % of intervals exclude zero on one side, for 2.5 % (9 to
    15 % if all other seeds say where): rises should be compared with a margin above zero. NoData
    for a single seed.
    """
    values = _checked(curves)
    if len(values) < 2:
        raise NoData("one seed has no other half that says where to look")
    halves = [largest_rise(values[start::2].mean(0), inner) for start in (1, 0)]
    return [halves[seed % 2] for seed in range(len(values))]


def _checked(curves: ArrayLike) -> np.ndarray:
    values = np.asarray(curves, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"curves [seeds, points] are expected, not {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("a curve has a value that is missing or not finite")
    return values
