"""Intervals over seeds at any level, each with the p-values that agree with it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95
ALPHA = 1 - LEVEL


class NoData(ValueError):
    """There is nothing to estimate from: a table, an arm or a selection is missing or empty."""


class NotFinite(ValueError):
    """Some seeds have no finite value: their networks diverged, or what is averaged never happened.

    They are never dropped. A claim that can count them as an outcome does so itself.
    """


def _identity(value: float) -> float:
    return value


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval over `n` seeds, at 95 % unless asked for another level.

    `sd` is the standard deviation of one seed on `scale`, the scale on which seeds are averaged
    (the logarithm for ratios). `p_value(margin)` is two-sided, 2 * min of the one-sided ones, and
    is below alpha exactly if the margin lies outside `at(alpha)`. `deterministic` marks a number
    without sampling error, such as the largest difference of an identity.
    """

    estimate: float
    n: int
    sd: float
    ends: Callable[[float], tuple[float, float]] = field(repr=False, compare=False)
    """alpha → both ends of the interval with the confidence 1 − alpha."""
    p_value: Callable[[float], float] = field(repr=False, compare=False)
    scale: Callable[[float], float] = field(default=_identity, repr=False, compare=False)
    deterministic: bool = False
    alpha: float = ALPHA

    @property
    def low(self) -> float:
        """The lower end."""
        return self.ends(self.alpha)[0]

    @property
    def high(self) -> float:
        """The upper end."""
        return self.ends(self.alpha)[1]

    @property
    def identical(self) -> bool:
        """Whether several seeds have exactly the same value, of which no interval can be made."""
        return self.n > 1 and self.sd == 0 and not self.deterministic

    def at(self, alpha: float) -> "Interval":
        """The same estimate with the confidence 1 − `alpha`."""
        return replace(self, alpha=alpha)

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

    One seed gives an infinite interval. Seeds that all agree give a point, which is marked
    `identical`: it is right in a figure, and decides no claim. Raises NoData if there are no values
    and NotFinite if one is missing or infinite.
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

    def ends(alpha: float) -> tuple[float, float]:
        low, high = logs.ends(alpha)
        return _exp(low), _exp(high)

    return Interval(
        _exp(logs.estimate),
        n=logs.n,
        sd=logs.sd,
        ends=ends,
        p_value=lambda margin: logs.p_value(math.log(margin)) if margin > 0 else 0.0,
        scale=_log,
    )


def normal_interval(estimate: float, error: float, n: int) -> Interval:
    """Interval of a statistic over `n` seeds with a known standard error, such as a log-rank score.

    NotFinite if either is not finite, ValueError if the error is not positive.
    """
    if not (math.isfinite(estimate) and math.isfinite(error)):
        raise NotFinite(f"the estimate {estimate} with the standard error {error} is not finite")
    if error <= 0:
        raise ValueError(f"a standard error is positive, not {error}")

    def ends(alpha: float) -> tuple[float, float]:
        half = float(stats.norm.isf(alpha / 2)) * error
        return estimate - half, estimate + half

    return Interval(
        estimate,
        n=n,
        sd=error * math.sqrt(n),
        ends=ends,
        p_value=lambda margin: float(2 * stats.norm.sf(abs(estimate - margin) / error)),
    )


def proportion_interval(successes: ArrayLike) -> Interval:
    """Clopper-Pearson interval of the share of seeds that succeed; `successes` [seeds] of 0/1.

    Never of zero width, so five successes in five seeds do not look like certainty.
    """
    successes = _sample(successes)
    if not np.isin(successes, (0, 1)).all():
        raise ValueError("successes must be 0 or 1, one per seed")
    n, k = len(successes), int(successes.sum())

    def ends(alpha: float) -> tuple[float, float]:
        bounds = stats.binomtest(k, n).proportion_ci(1 - alpha, method="exact")
        return float(bounds.low), float(bounds.high)

    def p_value(margin: float) -> float:
        if not 0 <= margin <= 1:
            return 0.0
        tails = stats.binom.cdf(k, n, margin), stats.binom.sf(k - 1, n, margin)
        return float(min(1.0, 2 * min(tails)))

    smoothed = (k + 1) / (n + 2)  # keeps the spread above zero when every seed agrees
    return Interval(k / n, n=n, sd=math.sqrt(smoothed * (1 - smoothed)), ends=ends, p_value=p_value)


def _sample(values: ArrayLike) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"expected one value per seed, not an array of shape {array.shape}")
    if array.size == 0:
        raise NoData("there are no values to average")
    odd = np.flatnonzero(~np.isfinite(array))
    if len(odd):
        if isinstance(values, pd.Series) and values.index.name == "seed":
            raise NotFinite(f"no finite value at seeds {values.index[odd].tolist()}")
        raise NotFinite(f"no finite value at positions {odd.tolist()}")
    return array


def _student(mean: float, error: float, df: float, n: int, sd: float) -> Interval:
    def ends(alpha: float) -> tuple[float, float]:
        half = float(stats.t.isf(alpha / 2, df)) * error
        return mean - half, mean + half

    return Interval(
        mean,
        n=n,
        sd=sd,
        ends=ends,
        p_value=lambda margin: float(2 * stats.t.sf(abs(mean - margin) / error, df)),
    )


def _point(value: float, n: int, deterministic: bool = False) -> Interval:
    return Interval(
        value,
        n=n,
        sd=0.0,
        ends=lambda alpha: (value, value),
        p_value=lambda margin: float(margin == value),
        deterministic=deterministic,
    )


def _unbounded(value: float, n: int) -> Interval:
    return Interval(
        value,
        n=n,
        sd=math.nan,
        ends=lambda alpha: (-math.inf, math.inf),
        p_value=lambda margin: 1.0,
    )


def _exp(value: float) -> float:
    with np.errstate(over="ignore"):  # two seeds can exceed the largest float: infinity
        return float(np.exp(value))
