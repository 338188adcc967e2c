"""Per-seed measures of minima, selected by arm, at the common loss or at the end."""

from collections.abc import Mapping

import pandas as pd
from scipy.stats import kendalltau

from workflow_scripts.evidence.claims.claim import NoData, per_seed

Tables = Mapping[str, pd.DataFrame]
CONDITION = ["arm", "rate", "radius"]
Selection = Mapping[str, object]


class Minima:
    """The networks of the study; comparisons at the common loss omit those not reaching it."""

    def __init__(self, tables: Tables) -> None:
        table = tables["minima"]
        self.pool = table[(table.place == "target") & table.reached.astype(bool)]
        self.lost = table[(table.place == "target") & ~table.reached.astype(bool)]
        self.last = table[table.place == "end"]

    def ends(self, **where: object) -> pd.DataFrame:
        """The rows at the end of training of the selected networks."""
        found = self.last
        for column, wanted in where.items():
            found = found[found[column] == wanted]
        if found.empty:
            raise NoData(f"nothing was trained where {where}")
        return found

    def accuracy(self, **where: object) -> pd.Series:
        """Test accuracy (%) at the end of training, by seed."""
        return 100 - per_seed(self.last, "test_error", **where)

    def at_target(self, measure: str, **where: object) -> pd.Series:
        """`measure` at the common training loss, by seed; only seeds that reached it."""
        return per_seed(self.pool, measure, **where)

    def stable_rates(self, arm: str) -> set[float]:
        """The learning rates of an arm at which every seed reached the common training loss."""
        there, lost = (table[table.arm == arm].rate for table in (self.pool, self.lost))
        return set(there) - set(lost)

    def ratio(self, measure: str, ours: Selection, others: Selection) -> pd.Series:
        """Ratios of a measure at the common loss, over the seeds that reached it in both arms."""
        ratios = (self.at_target(measure, **ours) / self.at_target(measure, **others)).dropna()
        if ratios.empty:
            raise NoData(f"no seed reached the common loss both where {ours} and where {others}")
        return ratios

    def rank_correlation(self, measure: str, outcome: str = "test_error") -> pd.Series:
        """Kendall's τ between a measure and an outcome over the minima of each seed.

        Minima of radius zero in the sharpness-aware arms duplicate those of the reference and are
        excluded.
        """
        twins = (self.pool.arm == "sam") & (self.pool.radius == 0)
        by_seed = self.pool[~twins].groupby("seed")
        return by_seed[[measure, outcome]].apply(
            lambda part: float(kendalltau(part[measure], part[outcome]).statistic)
        )
