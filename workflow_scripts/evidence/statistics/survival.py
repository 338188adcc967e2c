"""Times until an event, some of them right-censored."""

import math
import warnings

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from workflow_scripts.evidence.statistics.intervals import LEVEL, Interval, NoData, NotFinite


def kaplan_meier(times: ArrayLike, happened: ArrayLike) -> pd.DataFrame:
    """The share with the event by time t, 1 − S(t), after Kaplan and Meier (1958).

    `times` [seeds] are the times of the event if `happened`, else of censoring. One row per time of
    an event: time, share, low, high (95 %, from Greenwood's variance on the log(−log) scale; once
    the event has happened to all, this is undefined, and the interval reaches from the last lower
    bound to 1), at_risk.
    """
    times, happened = _checked(times, happened)
    if not happened.any():
        columns = ["time", "share", "low", "high", "at_risk"]
        return pd.DataFrame(columns=columns, dtype=np.float64)
    sample = stats.CensoredData(uncensored=times[happened], right=times[~happened])
    waiting = stats.ecdf(sample).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where it is undefined: see above
        bounds = waiting.confidence_interval(LEVEL, method="log-log")
    at = waiting.quantiles
    events = np.isin(at, times[happened])
    table = pd.DataFrame(
        {
            "time": at,
            "share": 1 - waiting.probabilities,
            "low": pd.Series(1 - bounds.high.probabilities).ffill().fillna(0.0),
            "high": pd.Series(1 - bounds.low.probabilities).fillna(1.0),
            "at_risk": [(times >= t).sum() for t in at],
        }
    )
    return table[events].reset_index(drop=True)


def median_time(times: ArrayLike, happened: ArrayLike) -> float:
    """The first time by which half have had the event; infinite if that was not observed."""
    curve = kaplan_meier(times, happened)
    reached = curve.time[curve.share >= 0.5 - 1e-12]
    return float(reached.iloc[0]) if len(reached) else float("inf")


def log_rank(one: tuple[ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike]) -> float:
    """Two-sided p-value of the log-rank test (Mantel 1966) of equal survival.

    Each group is `(times, happened)`. Without any event the p-value is 1.
    """
    samples = []
    for times, happened in (_checked(*one), _checked(*other)):
        samples.append(stats.CensoredData(uncensored=times[happened], right=times[~happened]))
    if not any(sample.num_censored() < len(sample) for sample in samples):
        return 1.0
    return float(stats.logrank(*samples).pvalue)


def log_rank_trend(times: ArrayLike, happened: ArrayLike, scores: ArrayLike) -> tuple[float, float]:
    """Logarithm of the hazard ratio for one more unit of score, and its standard error.

    `times` and `happened` are `[seeds, groups]`, `scores` `[groups]`. The score test of Cox's model
    (the log-rank test for trend, Tarone 1975) with each seed as a stratum: the groups of a seed are
    compared with each other and with no other seed. The estimate is one Newton step from equal
    hazards, U / V, with the error 1 / √V: their ratio is the test's U / √V, and where groups do not
    overlap the true ratio is larger. NotFinite if no event sets groups apart.
    """
    times, happened = np.asarray(times, dtype=np.float64), np.asarray(happened, dtype=bool)
    scores = np.asarray(scores, dtype=np.float64)
    if times.ndim != 2 or times.shape != happened.shape or scores.shape != times.shape[1:]:
        shapes = f"{times.shape}, {happened.shape} and {scores.shape}"
        raise ValueError(f"times and marks [seeds, groups] and scores [groups], not {shapes}")
    total = variance = 0.0
    for time, mark in zip(times, happened, strict=True):
        _checked(time, mark)
        for at in np.unique(time[mark]):
            waiting, events = scores[time >= at], scores[mark & (time == at)]
            n, d = len(waiting), len(events)
            total += float(events.sum() - d * waiting.mean())
            variance += d * (n - d) / max(n - 1, 1) * float(waiting.var())
    if variance == 0:
        raise NotFinite("no event sets the groups apart: they have none, or all at the same times")
    return total / variance, 1 / math.sqrt(variance)


def median_interval(least: ArrayLike, most: ArrayLike) -> Interval:
    """Interval of the median of values `[seeds]` known to lie between `least` and `most`.

    A censored time is at least the time observed, and at most infinite. The interval inverts the
    sign test: it assumes nothing about the distribution, takes the lower end from `least` and the
    upper one from `most`, and is infinite for fewer than ten seeds at the level of three looks.
    The estimate is the median of `least`.
    """
    least, most = np.asarray(least, dtype=np.float64), np.asarray(most, dtype=np.float64)
    if least.ndim != 1 or least.shape != most.shape or not (least <= most).all():
        raise ValueError("expected one pair of bounds per seed, the lower one first")
    if least.size == 0:
        raise NoData("there are no values")
    n, low, high = len(least), np.sort(least), np.sort(most)

    def ends(alpha: float) -> tuple[float, float]:
        counts = np.flatnonzero(2 * stats.binom.cdf(np.arange(n), n, 0.5) < alpha)
        if not len(counts):
            return -math.inf, math.inf
        return float(low[counts[-1]]), float(high[n - 1 - counts[-1]])

    def p_value(margin: float) -> float:
        sides = (low > margin).sum(), (high < margin).sum()
        tails = [float(stats.binom.sf(k - 1, n, 0.5)) for k in sides]
        return min(1.0, 2 * min(tails))

    finite = low[np.isfinite(low)]
    spread = float(finite.std(ddof=1)) if len(finite) > 1 else math.nan
    same = len(np.unique(np.concatenate([low, high]))) == 1
    sd = 0.0 if same else spread or math.nan
    return Interval(float(np.median(low)), n=n, sd=sd, ends=ends, p_value=p_value)


def _checked(times: ArrayLike, happened: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    times = np.asarray(times, dtype=np.float64)
    happened = np.asarray(happened, dtype=bool)
    if times.ndim != 1 or times.shape != happened.shape:
        raise ValueError(
            f"expected one time and one mark per seed, not {times.shape} and {happened.shape}"
        )
    if times.size == 0:
        raise NoData("there are no times")
    if not (np.isfinite(times) & (times >= 0)).all():
        raise ValueError(
            "times must be finite and not negative; a censored time is the time observed"
        )
    return times, happened
