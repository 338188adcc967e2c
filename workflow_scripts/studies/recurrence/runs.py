"""Outcomes of all networks by seed, as the claims of the study ask for them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import paired, per_seed
from workflow_scripts.evidence.statistics.intervals import Interval, NotFinite, proportion_interval
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.studies.recurrence.marks import INITIALISED, TRAINED

Tables = Mapping[str, pd.DataFrame]
NEAR = 10.0
"""Points of accuracy above a guess up to which a network is at chance."""


class Runs:
    """Outcomes per seed, selected by condition; a network that diverged leaves a claim open."""

    def __init__(self, tables: Tables, cfg: Mapping[str, Any]) -> None:
        self.table, self.cfg = tables["outcomes"], cfg

    def of(self, condition: str, value: str) -> pd.Series:
        """`value` of a condition by seed; NotFinite if a network has no accuracy at its end."""
        accuracy = per_seed(self.table, "accuracy", condition=condition).astype(float)
        diverged = accuracy.index[~np.isfinite(accuracy)].tolist()
        if diverged:
            raise NotFinite(f"{condition}: no finite value at seeds {diverged}")
        return per_seed(self.table, value, condition=condition).astype(float)

    def lag(self, condition: str) -> str:
        """The lag of a condition, in words."""
        return f"lag {self.of(condition, 'lag').iloc[0]:g}"

    def solving(self, condition: str) -> Interval:
        """The share of networks that solved their task."""
        return proportion_interval(self.of(condition, "solved").notna().astype(float))

    def guessing(self, condition: str) -> Interval:
        """The share of networks that were at chance when their budget was spent."""
        above = self.of(condition, "accuracy") - self.of(condition, "chance")
        return proportion_interval((above < NEAR).astype(float))

    def sooner(self, condition: str, other: str) -> Interval:
        """The share of seeds in which a condition was solved in fewer steps than the other.

        A network that did not solve its task within its budget took longer than that; of two such
        networks none was sooner.
        """
        ours, theirs = (
            self.of(each, "solved").where(self.of(each, "solved").notna(), np.inf)
            for each in (condition, other)
        )
        paired(self.of(condition, "budget"), self.of(other, "budget"))  # refuses other seeds
        return proportion_interval((ours < theirs).astype(float))

    def role(self, role: str) -> str:
        """The condition with a role in the configuration."""
        return str(section(self.cfg, role))


def relative(tables: Tables, network: str, lag: int) -> pd.Series:
    """By seed: decimal logarithm of the gradient at a lag over that at lag 0, before training."""
    which = {"network": network, "arm": TRAINED, "moment": "start", "lag": lag}
    return per_seed(tables["gradients"], "relative", **which)


def law(tables: Tables, network: str, value: str) -> pd.Series:
    """By seed: the slope or R² of a network that is only initialised."""
    return per_seed(tables["laws"], value, network=network, arm=INITIALISED, moment="start")


def growth(tables: Tables, arm: str, value: str) -> pd.Series:
    """By seed: the largest log–log slope of bytes against length of all networks of an arm.

    NotFinite if a number of bytes is not finite.
    """
    table = tables["memory"]
    table = table[table.arm == arm]
    found = []
    for name, part in table.groupby("network", sort=True):
        wide = part.pivot(index="seed", columns="length", values=value).astype(float)
        if not np.isfinite(wide.to_numpy()).all():
            raise NotFinite(f"{name}: bytes that are not finite")
        lengths = np.log(wide.columns.to_numpy(dtype=float))
        found.append(pd.Series(slopes(lengths, np.log(wide.to_numpy())), wide.index))
    return pd.concat(found, axis=1).max(axis=1)
