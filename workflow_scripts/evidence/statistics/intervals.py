"""95 % intervals over seeds, each with the p-value against any margin that agrees with it."""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95
ALPHA = 1 - LEVEL
RESAMPLES = 9999
BISECTIONS = 40  # halvings of the confidence level: far finer than the resamples resolve


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
    is below 0.05 exactly where the margin lies outside the interval. `deterministic` marks a
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

    `n` says over how many seeds it was found, such as the worst of them; it decides nothing.
    """
    if not math.isfinite(value):
        raise ValueError(f"an exact value must be finite, not {value}")
    return _point(float(value), n, deterministic=True)


def mean_interval(values: ArrayLike) -> Interval:
    """Student's t-interval of the mean of `values` [seeds]; paired differences go in as such.

    One seed gives an infinite interval. Seeds that all agree give a point: right for an identity
    that was measured on each seed; for outcomes that are yes or no use `proportion_interval`.
    Raises NoData for no values and ValueError for a value that is not finite: a diverged run must
    be counted on purpose and is never dropped here.
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


def welch_interval(ours: ArrayLike, others: ArrayLike) -> Interval:
    """Welch's t-interval of mean(ours) - mean(others) for samples that share no seeds.

    `n` is the smaller sample's size, `sd` that of a difference of one draw from each.
    """
    ours, others = _sample(ours), _sample(others)
    n, difference = min(len(ours), len(others)), float(np.mean(ours) - np.mean(others))
    if n == 1:
        return _unbounded(difference, n)
    if np.ptp(ours) == 0 and np.ptp(others) == 0:
        return _point(float(ours[0] - others[0]), n)
    test = stats.ttest_ind(ours, others, equal_var=False)
    variances = np.var(ours, ddof=1), np.var(others, ddof=1)
    sd = math.sqrt(sum(variances))
    error = math.sqrt(variances[0] / len(ours) + variances[1] / len(others))
    return _student(difference, error, df=float(test.df), n=n, sd=sd)


def ratio_interval(ratios: ArrayLike) -> Interval:
    """Interval of the geometric mean of `ratios` [seeds] > 0: Student's t on their logarithms.

    The interval to use for ratios over few seeds, where a bootstrap is too narrow.
    """
    ratios = _sample(ratios)
    if np.any(ratios <= 0):
        raise ValueError("ratios must be positive to be averaged on the logarithmic scale")
    logs = mean_interval(np.log(ratios))
    with np.errstate(over="ignore"):  # two seeds can reach beyond the largest float: infinity
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
        raise ValueError("successes must be 0 or 1, one a seed")
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


def bootstrap_interval(
    samples: Sequence[ArrayLike],
    statistic: Callable[..., np.ndarray | float],
    seed: int,
    paired: bool = False,
) -> Interval:
    """BCa bootstrap interval (Efron 1987) of `statistic(*samples)`, for medians and the like.

    `samples` is a sequence of samples [seeds]; `paired` resamples them together. The same `seed`
    gives the same interval. The percentile interval stands in where BCa is undefined (a statistic
    that no left-out seed moves). Below about eight seeds it is too narrow: prefer `mean_interval`
    or `ratio_interval` there. The p-value inverts the interval and is never below 2 / 10000.
    """
    arrays = tuple(_sample(sample) for sample in samples)
    n, estimate = min(map(len, arrays)), float(statistic(*arrays))
    if n == 1:
        return _unbounded(estimate, n)
    if all(np.ptp(array) == 0 for array in arrays):
        return _point(estimate, n)

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        drawn = stats.bootstrap(
            arrays, statistic, paired=paired, n_resamples=RESAMPLES, rng=np.random.default_rng(seed)
        )
    method = "BCa" if np.isfinite(drawn.confidence_interval).all() else "percentile"

    def bounds(level: float) -> tuple[float, float]:
        again = stats.bootstrap(
            arrays,
            statistic,
            paired=paired,
            n_resamples=0,
            bootstrap_result=drawn,
            confidence_level=level,
            method=method,
        ).confidence_interval
        return float(again.low), float(again.high)

    def p_value(margin: float) -> float:
        outside, inside = 0.0, 1 - 2 / (RESAMPLES + 1)
        low, high = bounds(inside)
        if not low <= margin <= high:
            return 1 - inside
        for _ in range(BISECTIONS):
            level = (outside + inside) / 2
            low, high = bounds(level)
            outside, inside = (outside, level) if low <= margin <= high else (level, inside)
        return 1 - inside

    low, high = bounds(LEVEL)
    return Interval(estimate, low, high, n, float(drawn.standard_error) * math.sqrt(n), p_value)


def _sample(values: ArrayLike) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"one value a seed is expected, not an array of shape {array.shape}")
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
