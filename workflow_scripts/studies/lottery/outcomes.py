"""How the claims ask for what a training came to: by arm, level and density, a number a seed."""

from collections.abc import Mapping

import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData, per_seed

Tables = Mapping[str, pd.DataFrame]


class Outcomes:
    """The outcomes of one chain and rewinding step, asked for by arm and level."""

    def __init__(self, tables: Tables, chain: str, rewind: int = 0) -> None:
        table = tables["outcomes"]
        self.table = table[(table.chain == chain) & (table.rewind == rewind)]
        self.dense = table[(table.chain == chain) & (table.level == 0)]

    def ticket(self, level: int, value: str = "accuracy") -> pd.Series:
        """`value` of the tickets of a level, by seed; level 0 is the dense network."""
        return self.arm("ticket", level, value)

    def arm(self, arm: str, level: int, value: str = "accuracy") -> pd.Series:
        """`value` of an arm at a level, by seed."""
        table = self.table if level else self.dense
        return per_seed(table, value, arm=arm, level=level)

    def first_level_below(self, density: float) -> int:
        """The first level whose tickets hold less than `density` of the weights."""
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
