"""What is read off the curves of all seeds: rises and falls at a peak, and extrapolations.

"The peak" is always the largest rise of a curve. Where it lies is read off the mean curve of the
other seeds, so that a seed's rise is not the largest of its own noise.
"""

from typing import Literal

import numpy as np

from workflow_scripts.evidence.statistics.extrapolation import log_error, power_law, u_curve
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.peak import held_out_peaks, own_peaks
from workflow_scripts.studies.double_descent.outcomes import Curves

EXTRAPOLATION = 4
"""How many times larger the largest model is than the largest of those that are fitted."""
POINTS = 4
"""Sizes that a fit needs at least: one more than its parameters."""


def rises(found: Curves) -> np.ndarray:
    """Top − valley before it [seeds], where the other seeds have them."""
    peaks = held_out_peaks(found.values)
    return np.array([c[p.top] - c[p.left] for c, p in zip(found.values, peaks, strict=True)])


def falls(found: Curves) -> np.ndarray:
    """Top − lowest point after it [seeds], where the other seeds have them."""
    peaks = held_out_peaks(found.values)
    return np.array([c[p.top] - c[p.right] for c, p in zip(found.values, peaks, strict=True)])


def ratios(found: Curves, side: Literal["left", "right"]) -> np.ndarray:
    """Top / valley on a `side` of it [seeds], where the other seeds have them."""
    peaks = held_out_peaks(found.values)
    ends = [getattr(peak, side) for peak in peaks]
    return np.array(
        [c[p.top] / c[end] for c, p, end in zip(found.values, peaks, ends, strict=True)]
    )


def tops(found: Curves) -> np.ndarray:
    """Where each seed's own curve has its top."""
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
    """The sizes that laws are fitted to."""
    return found.between(0, found.sizes[-1] / EXTRAPOLATION)
