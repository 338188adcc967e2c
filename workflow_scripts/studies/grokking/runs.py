"""Outcomes of all networks by seed, as the claims of the study ask for them.

A network that has not generalised by the end of its budget is censored: all that is known of its
time is that it is longer, and the budget never stands in for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import Measured, above, paired, per_seed
from workflow_scripts.evidence.statistics.intervals import (
    Interval,
    NotFinite,
    normal_interval,
    proportion_interval,
    ratio_interval,
)
from workflow_scripts.evidence.statistics.survival import log_rank_trend, median_interval

Tables = Mapping[str, pd.DataFrame]
SHARE = "share of networks"


class Runs:
    """Per-seed outcomes of all trainings, selected by condition."""

    def __init__(self, tables: Tables, cfg: Mapping[str, Any]) -> None:
        self.table, self.cfg = tables["outcomes"], cfg

    def of(self, condition: str, value: str) -> pd.Series:
        """`value` of a condition, by seed, as a float: NaN where it did not happen.

        NotFinite if a network diverged: of that one it is not known what would have happened.
        """
        accuracy = per_seed(self.table, "accuracy", condition=condition).astype(float)
        diverged = accuracy.index[~np.isfinite(accuracy)].tolist()
        if diverged:
            raise NotFinite(f"{condition}: no finite value at seeds {diverged}")
        return per_seed(self.table, value, condition=condition).astype(float)

    def role(self, role: str, value: str) -> pd.Series:
        """`value` of the condition with a role in the configuration, such as "main"."""
        return self.of(section(self.cfg, role), value)

    def generalised(self, condition: str, name: str = "generalise") -> Measured:
        """The share of networks that generalised within their budget; must be above a half."""
        happened = self.of(condition, "generalised").notna()
        return Measured(share(happened), name, above(0.5), SHARE)

    def control(self, condition: str, level: float | None = None) -> Measured:
        """The share that generalised, or ended at `level` %, of a condition that should not."""
        if level is None:
            return Measured(share(self.of(condition, "generalised").notna()))
        return Measured(share(self.of(condition, "accuracy") >= level))

    def known(self, condition: str, event: str) -> tuple[pd.Series, pd.Series]:
        """By seed: the least and the most steps that an event can have taken."""
        steps = self.of(condition, event)
        happened = steps.notna()
        return steps.where(happened, self.of(condition, "end")), steps.where(happened, np.inf)

    def delay(self, condition: str) -> Interval:
        """Steps to generalise over steps to memorise: the median network's."""
        steps, base = (self.known(condition, event) for event in ("generalised", "memorised"))
        return median_interval(*_ratio_bounds(steps, base))

    def jump(self, condition: str, event: str) -> Interval:
        """Steps from 10 % to 90 % of an accuracy, over those to 10 %: the geometric mean.

        NotFinite if the accuracy of a network did not come so far.
        """
        last, first = (self.of(condition, f"{event}_{x}") for x in (90, 10))
        return ratio_interval((last - first).clip(lower=1) / first.clip(lower=1))

    def by(self, names: Sequence[str], value: str) -> dict[str, float]:
        """The setting `value` of the conditions `names`, in ascending order."""
        found = {name: float(self.of(name, value).iloc[0]) for name in names}
        return dict(sorted(found.items(), key=lambda item: item[1]))

    def trend(self, scores: Mapping[str, float], event: str = "generalised") -> Interval:
        """Log hazard ratio of an event for one more unit of a condition's score, within seeds."""
        names = list(scores)
        for name in names[1:]:
            paired(self.of(names[0], "end"), self.of(name, "end"))  # refuses other seeds
        times = pd.DataFrame({name: self.known(name, event)[0] for name in names})
        happened = pd.DataFrame({name: self.of(name, event).notna() for name in names})
        estimate, error = log_rank_trend(times, happened, list(scores.values()))
        return normal_interval(estimate, error, len(times))


def share(successes: pd.Series) -> Interval:
    """The share of seeds of which something is true."""
    return proportion_interval(successes.astype(float))


def _ratio_bounds(
    steps: tuple[pd.Series, pd.Series], base: tuple[pd.Series, pd.Series]
) -> tuple[pd.Series, pd.Series]:
    """The least and the most that ratios can be of steps of which as much is known."""
    return steps[0] / base[1].clip(lower=1), steps[1] / base[0].clip(lower=1)


def over(ours: pd.Series, others: pd.Series) -> pd.Series:
    """Ratios by seed, for the same seeds in both."""
    paired(ours, others)
    return ours / others
