"""Verdicts computed again, by other people's code: statsmodels and SciPy, and none of ours.

A study's `<study>_again.py` has AGAIN: for each claim a function of the raw tables (all seeds) that
returns its parts, computed from the columns of the tables without the study's own code.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

LOOKS = (5, 10, 20)
LEVELS = {3: 0.0036, 4: 0.0027}

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Again:
    """A part of a claim, or of its control: one value per seed, and where it must lie.

    `values` are per seed, in the order of the seeds, or a function of the first n seeds where
    values depend on which seeds there are (located on half of them, a score over all of them).
    "normal" takes the pair (estimate, standard error).
    """

    values: "Sequence[float] | Callable[[int], Sequence[float]]"
    low: float = -math.inf
    high: float = math.inf
    kind: Literal["mean", "ratio", "share", "normal", "exact"] = "mean"
    control: bool = False

    def numbers(self, n: int) -> np.ndarray:
        """Its values over the first `n` seeds."""
        given = self.values(n) if callable(self.values) else list(self.values)[:n]
        return np.asarray(given, dtype=float)

    def interval(self, n: int, alpha: float) -> tuple[float, float] | None:
        """Its interval over the first `n` seeds; None where there can be none."""
        values = self.numbers(n)
        if self.kind == "exact":
            return float(values[0]), float(values[0])
        if self.kind == "normal":
            estimate, error = values
            half = float(stats.norm.isf(alpha / 2)) * error
            return estimate - half, estimate + half
        assert len(values) == n, f"{len(values)} values at the look at {n}"
        if self.kind == "share":
            low, high = proportion_confint(values.sum(), n, alpha=alpha, method="beta")
            return float(np.nan_to_num(low, nan=0.0)), float(np.nan_to_num(high, nan=1.0))
        if np.ptp(values) == 0:
            return None
        logs = np.log(values) if self.kind == "ratio" else values
        low, high = DescrStatsW(logs).tconfint_mean(alpha=alpha)
        return (math.exp(low), math.exp(high)) if self.kind == "ratio" else (low, high)


def verdict(parts: Sequence[Again], seeds: int, looks: Sequence[int] = LOOKS) -> tuple[str, int]:
    """The verdict of the first look that decides, or of the last one, and the look."""
    alpha = LEVELS[len(looks)]
    said, at = "undecided", 0
    for at in (look for look in looks if look <= seeds):
        if not all(np.isfinite(part.numbers(at)).all() for part in parts):
            said = "undecided"  # a seed without a number leaves the whole claim open
            continue
        ours = _together([p for p in parts if not p.control], at, alpha)
        control = _together([p for p in parts if p.control], at, alpha)
        said = "control failed" if control == "contradicted" else "undecided"
        if ours in ("supported", "contradicted") and control == "supported":
            return ours, at
    return said, at


def _together(parts: Sequence[Again], n: int, alpha: float) -> str:
    """Supported if all parts are; contradicted if one is at its share of the level."""
    each = [_one(part, n, alpha) for part in parts]
    if any(_one(part, n, alpha / len(parts)) == "contradicted" for part in parts):
        return "contradicted"
    return "supported" if all(one == "supported" for one in each) else "undecided"


def _one(part: Again, n: int, alpha: float) -> str:
    interval = part.interval(n, alpha)
    if interval is None:
        return "undecided"
    low, high = interval
    if part.low <= low and high <= part.high:
        return "supported"
    return "contradicted" if high < part.low or low > part.high else "undecided"
