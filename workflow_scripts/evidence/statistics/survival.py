"""Times until an event, some of them right-censored."""

import warnings

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from workflow_scripts.evidence.statistics.intervals import LEVEL, NoData


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
