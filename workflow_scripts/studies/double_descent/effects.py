"""Effects measured on the curves of all seeds: rises and falls at a peak, and extrapolations.

"The peak" is always the largest rise of a curve. Its position is that on the mean curve of the
other seeds, so that the rise of a seed is not selected from its own noise.
"""

from typing import Literal

import numpy as np

from workflow_scripts.evidence.statistics.extrapolation import log_error, power_law, u_curve
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.peak import held_out_peaks, own_peaks
from workflow_scripts.studies.double_descent.outcomes import Curves

EXTRAPOLATION = 4
"""Ratio of the size of the largest model to that of the largest fitted one."""
POINTS = 4
"""Minimum number of sizes for a fit: one more than its parameters."""


def rises(found: Curves) -> np.ndarray:
    """Top − valley before it [seeds], at the positions from the other seeds."""
    peaks = held_out_peaks(found.values)
    return np.array([c[p.top] - c[p.left] for c, p in zip(found.values, peaks, strict=True)])


def falls(found: Curves) -> np.ndarray:
    """Top − lowest point after it [seeds], at the positions from the other seeds."""
    peaks = held_out_peaks(found.values)
    return np.array([c[p.top] - c[p.right] for c, p in zip(found.values, peaks, strict=True)])


def ratios(found: Curves, side: Literal["left", "right"]) -> np.ndarray:
    """Top / valley on a `side` of it [seeds], at the positions from the other seeds."""
    peaks = held_out_peaks(found.values)
    ends = [getattr(peak, side) for peak in peaks]
    return np.array(
        [c[p.top] / c[end] for c, p, end in zip(found.values, peaks, ends, strict=True)]
    )


def tops(found: Curves) -> np.ndarray:
    """The position of the top on the curve of each seed."""
    return np.array([peak.top for peak in own_peaks(found.values)])


def advantage(found: Curves) -> np.ndarray:
    """Log error of the power law − that of the U [seeds], at the largest size."""
    largest, small = found.sizes[-1], fitted_part(found)
    if len(small.sizes) < POINTS:
        raise NoData("too few sizes are small enough to fit a curve to")
    errors = [
        [float(log_error(fit(small.sizes, seed, largest), at)) for fit in (power_law, u_curve)]
        for seed, at in zip(small.values, found.values[:, -1], strict=True)
    ]
    return np.array([power - quadratic for power, quadratic in errors])


def fitted_part(found: Curves) -> Curves:
    """The sizes to which laws are fitted."""
    return found.between(0, found.sizes[-1] / EXTRAPOLATION)
