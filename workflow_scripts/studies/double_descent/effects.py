"""Effects measured on the curves of all seeds: rises and falls at a peak, and extrapolations.

"The peak" is always the largest rise of a curve. Its position is that on the mean curve of the
other half of the seeds, so that the rise of a seed is not selected from its own noise. A seed whose
curve is not finite everywhere has no effect: NaN.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import Measured, above
from workflow_scripts.evidence.statistics.extrapolation import log_error, power_law, u_curve
from workflow_scripts.evidence.statistics.intervals import NoData, proportion_interval
from workflow_scripts.evidence.statistics.peak import Peak, half_peaks, own_peaks
from workflow_scripts.studies.double_descent.outcomes import Curves

EXTRAPOLATION = 4
"""Ratio of the size of the largest model to that of the largest fitted one."""
POINTS = 4
"""Minimum number of sizes for a fit: one more than its parameters."""
DIGITS = 6
"""Digits of a difference of log errors; what is smaller is rounding of the fits."""
NEAR = 1
"""A peak is at the threshold if it is at most this many sizes of the grid away."""


def at_peaks(
    found: Curves,
    measure: Callable[[np.ndarray, Peak], float],
    located: Curves | None = None,
    inner: bool = True,
) -> pd.Series:
    """`measure` of each seed's curve and the peak of the other half of the seeds.

    The peak is that of the curves `located`, by default the same ones: a rival without a peak of
    its own is measured where the others have theirs. An `inner` peak is followed by another point.
    """
    where = found if located is None else located
    finite = np.isfinite(found.values).all(axis=1) & np.isfinite(where.values).all(axis=1)
    values = np.full(len(finite), np.nan)
    if finite.sum() > 1 or finite.all():
        peaks = half_peaks(where.values[finite], inner)
        values[finite] = [measure(*each) for each in zip(found.values[finite], peaks, strict=True)]
    return found.by_seed(values)


def rises(found: Curves, inner: bool = False) -> pd.Series:
    """Top − valley before it, by seed; an `inner` top is followed by another point."""
    return at_peaks(found, lambda curve, peak: curve[peak.top] - curve[peak.left], inner=inner)


def falls(found: Curves) -> pd.Series:
    """Inner top − lowest point after it, by seed."""
    return at_peaks(found, lambda curve, peak: curve[peak.top] - curve[peak.right])


def ratios(
    found: Curves, side: Literal["left", "right"], located: Curves | None = None
) -> pd.Series:
    """Inner top / valley on a `side` of it, by seed."""

    def ratio(curve: np.ndarray, peak: Peak) -> float:
        return curve[peak.top] / curve[getattr(peak, side)]

    return at_peaks(found, ratio, located)


def near(found: Curves, threshold: np.ndarray | int) -> pd.Series:
    """1 for each seed whose own peak is at its threshold, else 0.

    0 too where `threshold`, a position on the grid, is NaN: a seed without one.
    """
    return _of_each(found, lambda curve: own_peaks(curve[None])[0].top, threshold)


def largest_near(found: Curves, threshold: int) -> pd.Series:
    """1 for each seed whose own largest value is at the threshold, else 0."""
    return _of_each(found, np.argmax, threshold)


def advantage(found: Curves) -> pd.Series:
    """Log error of the power law − that of the U, by seed, at the largest size."""
    largest, small = found.sizes[-1], fitted_part(found)
    if len(small.sizes) < POINTS:
        raise NoData("too few sizes are small enough to fit a curve to")
    values = np.full(len(found.values), np.nan)
    for seed, (curve, part) in enumerate(zip(found.values, small.values, strict=True)):
        if np.isfinite(curve).all():
            power, quadratic = (
                float(log_error(fit(small.sizes, part, largest), curve[-1]))
                for fit in (power_law, u_curve)
            )
            values[seed] = round(power - quadratic, DIGITS)
    return found.by_seed(values)


def fitted_part(found: Curves) -> Curves:
    """The sizes to which laws are fitted."""
    return found.between(0, found.sizes[-1] / EXTRAPOLATION)


def _of_each(
    found: Curves, position: Callable[[np.ndarray], int], threshold: np.ndarray | int
) -> pd.Series:
    finite = np.isfinite(found.values).all(axis=1)
    thresholds = np.broadcast_to(threshold, len(finite))
    hits = [
        float(abs(position(curve) - at) <= NEAR) if known else np.nan
        for curve, at, known in zip(found.values, thresholds, finite, strict=True)
    ]
    return found.by_seed(np.array(hits))


def share(hits: pd.Series, what: str) -> Measured:
    """The share of seeds in which `what` lies at the threshold; more than half are needed."""
    name = f"share with {what} at the threshold or one size from it"
    return Measured(proportion_interval(hits), name, above(0.5), "of the seeds")
