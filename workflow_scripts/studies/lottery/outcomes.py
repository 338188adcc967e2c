"""Per-seed outcomes, selected by arm, level and density."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import NoData, paired, per_seed
from workflow_scripts.evidence.statistics.trend import slopes

Tables = Mapping[str, pd.DataFrame]

MATCHING = 0.10
"""Density below which a ticket must match."""
EXTREME = 0.05
"""Density below which sparsity is extreme."""


class Outcomes:
    """The outcomes of one chain and rewinding step, selected by arm and level."""

    def __init__(self, tables: Tables, chain: str, rewind: int = 0) -> None:
        table = tables["outcomes"]
        self.table = table[(table.chain == chain) & (table.rewind == rewind)]
        self.dense = table[(table.chain == chain) & (table.level == 0)]

    def ticket(self, level: int, value: str = "accuracy") -> pd.Series:
        """`value` of the tickets of a level, by seed; level 0 is the dense network.

        "accuracy" is that at the smallest validation loss.
        """
        return self.arm("ticket", level, value)

    def arm(self, arm: str, level: int, value: str = "accuracy") -> pd.Series:
        """`value` of an arm at a level, by seed."""
        table = self.table if level else self.dense
        return per_seed(table, value, arm=arm, level=level)

    def stopping_steps(self, arm: str, level: int) -> pd.Series:
        """The steps of the smallest validation losses of an arm at a level, by seed.

        Missing where there was no finite loss.
        """
        finite = np.isfinite(self.arm(arm, level, "stopping_loss").astype(float))
        return self.arm(arm, level, "stopping_step").astype(float).where(finite)

    def dense_as_long(self) -> pd.Series:
        """Accuracy of the dense network trained for twice as many steps, by seed.

        Of its two trainings, one after the other, the weights with the smaller validation loss.
        """
        trainings = ("ticket", "fine-tuned")
        losses = [self.arm(arm, 0, "stopping_loss") for arm in trainings]
        once, twice = (self.arm(arm, 0) for arm in trainings)
        return twice.where(paired(losses[1], losses[0]) < 0, once)

    def left(self, level: int) -> str:
        """How many of the weights a level leaves, in words."""
        return f"{100 * self._densities()[level]:.2g} % left"

    def first_level_below(self, density: float) -> int:
        """The first level whose tickets have a density below `density`."""
        found = self._densities()
        below_it = found.index[found < density]
        if below_it.empty:
            raise NoData(f"no level has a density below {density:g}")
        return int(below_it.min())

    def nearest_level(self, density: float) -> int:
        """The level whose density is nearest to `density`."""
        found = self._densities()
        return int(found.index[int((found - density).abs().argmin())])

    def _densities(self) -> pd.Series:
        tickets = self.table[(self.table.arm == "ticket") & (self.table.level > 0)]
        if tickets.empty:
            raise NoData("no ticket was trained")
        return tickets.groupby("level").density.mean()


def main_chain(tables: Tables, cfg: Mapping[str, Any]) -> Outcomes:
    """The chain that most claims are about."""
    return Outcomes(tables, section(cfg, "main"))


def late_chains(tables: Tables, cfg: Mapping[str, Any]) -> tuple[Outcomes, Outcomes]:
    """The chain of late rewinding, rewound to its first and to its last step."""
    late, table = section(cfg, "late"), tables["outcomes"]
    steps = sorted(table[(table.chain == late) & (table.level > 0)].rewind.unique())
    if len(steps) < 2:
        raise NoData(f"the chain {late} was rewound to one step only")
    return Outcomes(tables, late, int(steps[0])), Outcomes(tables, late, int(steps[-1]))


def needle_trend(tables: Tables, arm: str, value: str = "accuracy") -> pd.Series:
    """By seed, the slope of the accuracy of an arm's needles over doublings of the parent."""
    table = tables["needles"]
    parents = np.log2(np.sort(table.parent.unique()).astype(float))
    wide = table[table.arm == arm].pivot(index="seed", columns="parent", values=value)
    if wide.empty:
        raise NoData(f"no needle of the arm {arm} was trained")
    return pd.Series(slopes(parents, wide.to_numpy()), wide.index)
