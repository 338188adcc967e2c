"""95 % intervals over seeds, each with the p-value against any margin that agrees with it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95
ALPHA = 1 - LEVEL


class NoData(ValueError):
    """There is nothing to estimate from: a table, an arm or a selection is missing or empty."""


def _identity(value: float) -> float:
    return value


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval over `n` seeds.

    `sd` is the standard deviation of one seed on `scale`, the scale on which seeds are averaged
    (the logarithm for ratios). `p_value(margin)` is two-sided, 2 * min of the one-sided ones, and
    is below 0.05 exactly if the margin lies outside the interval. `deterministic` marks a
    number without sampling error, such as an identity.
    """

    estimate: float
    low: float
    high: float
    n: int
    sd: float
    p_value: Callable[[float], float] = field(repr=False, compare=False)
    scale: Callable[[float], float] = field(default=_identity, repr=False, compare=False)
    deterministic: bool = False

    def distance(self, margin: float) -> float:
        """Distance of the estimate from `margin`, in the units of `sd`'s scale."""
        return abs(self.scale(self.estimate) - self.scale(margin))


def exact_interval(value: float, n: int = 1) -> Interval:
    """A number without sampling error: an interval of zero width. ValueError if not finite.

    `n` is the number of seeds it was taken over, such as the worst of them; it decides nothing.
    """
    if not math.isfinite(value):
        raise ValueError(f"an exact value must be finite, not {value}")
    return _point(float(value), n, deterministic=True)


def mean_interval(values: ArrayLike) -> Interval:
    """Student's t-interval of the mean of `values` [seeds], which may be paired differences.

    One seed gives an infinite interval. Seeds that all agree give a point, as is right for an
    identity measured on each seed; for yes-or-no outcomes use `proportion_interval`. Raises NoData
    if there are no values and ValueError for a value that is not finite: a diverged run must be
    counted deliberately and is never dropped here.
    """
    values = _sample(values)
    n, mean = len(values), float(np.mean(values))
    if n == 1:
        return _unbounded(mean, n)
    sd = float(np.std(values, ddof=1))
    error = sd / math.sqrt(n)
    if np.ptp(values) == 0 or error == 0:
        return _point(float(values[0]), n)
    return _student(mean, error, df=n - 1, n=n, sd=sd)


def ratio_interval(ratios: ArrayLike) -> Interval:
    """Interval of the geometric mean of `ratios` [seeds] > 0: Student's t on their logarithms."""
    ratios = _sample(ratios)
    if np.any(ratios <= 0):
        raise ValueError("ratios must be positive to be averaged on the logarithmic scale")
    logs = mean_interval(np.log(ratios))
    with np.errstate(over="ignore"):  # two seeds can exceed the largest float: infinity
        estimate, low, high = np.exp([logs.estimate, logs.low, logs.high]).tolist()
    return Interval(
        estimate,
        low,
        high,
        n=logs.n,
        sd=logs.sd,
        p_value=lambda margin: logs.p_value(math.log(margin)) if margin > 0 else 0.0,
        scale=_log,
    )


def proportion_interval(successes: ArrayLike) -> Interval:
    """Clopper-Pearson interval of the share of seeds that succeed; `successes` [seeds] of 0/1.

    Never of zero width, so five successes in five seeds do not look like certainty.
    """
    successes = _sample(successes)
    if not np.isin(successes, (0, 1)).all():
        raise ValueError("successes must be 0 or 1, one per seed")
    n, k = len(successes), int(successes.sum())
    bounds = stats.binomtest(k, n).proportion_ci(LEVEL, method="exact")

    def p_value(margin: float) -> float:
        if not 0 <= margin <= 1:
            return 0.0
        tails = stats.binom.cdf(k, n, margin), stats.binom.sf(k - 1, n, margin)
        return float(min(1.0, 2 * min(tails)))

    smoothed = (k + 1) / (n + 2)  # keeps the spread above zero when every seed agrees
    return Interval(
        k / n, bounds.low, bounds.high, n, math.sqrt(smoothed * (1 - smoothed)), p_value
    )


def _sample(values: ArrayLike) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"expected one value per seed, not an array of shape {array.shape}")
    if array.size == 0:
        raise NoData("there are no values to average")
    if not np.isfinite(array).all():
        positions = np.flatnonzero(~np.isfinite(array)).tolist()
        raise ValueError(f"values that are not finite at positions {positions}")
    return array


def _student(mean: float, error: float, df: float, n: int, sd: float) -> Interval:
    low, high = stats.t.interval(LEVEL, df, loc=mean, scale=error)
    return Interval(
        mean,
        float(low),
        float(high),
        n,
        sd,
        p_value=lambda margin: float(2 * stats.t.sf(abs(mean - margin) / error, df)),
    )


def _point(value: float, n: int, deterministic: bool = False) -> Interval:
    return Interval(
        value, value, value, n, 0.0, lambda margin: float(margin == value), _identity, deterministic
    )


def _unbounded(value: float, n: int) -> Interval:
    return Interval(value, -math.inf, math.inf, n, math.nan, lambda margin: 1.0)
