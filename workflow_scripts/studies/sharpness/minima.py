"""Per-seed measures of minima, selected by arm, at the common loss or at the end."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData, Rule, per_seed
from workflow_scripts.studies.sharpness.ranks import permuted_correlation, rank_correlation

Tables = Mapping[str, pd.DataFrame]
Selection = Mapping[str, object]

MOST_LOST = 0.2
"""Share of the networks of an arm that may fail to reach the common loss where it is judged."""
ONE_RATE = ("small", "medium", "large", "sam", "random")
"""Arms with the learning rate of the reference, and the same network and examples."""
ALL_RATES = (*ONE_RATE, "tuned", "rates")
TEST_ERROR = "test_error"


class Minima:
    """The networks of the study. Those that did not reach the common loss have no measurements."""

    def __init__(self, tables: Tables) -> None:
        table = tables["minima"]
        self.there = table[table.place == "target"]
        self.last = table[table.place == "end"]

    @property
    def reached(self) -> pd.DataFrame:
        """The networks at the common loss, without those that never reached it; for figures."""
        return self.there[self.there.reached.astype(bool)]

    def accuracy(self, **where: object) -> pd.Series:
        """Test accuracy (%) at the end of training by seed, the mean of its copies.

        Missing where one of them diverged.
        """
        rows = self.last
        for column, wanted in where.items():
            rows = rows[rows[column] == wanted]
        if rows.empty:
            raise NoData(f"nothing was trained where {where}")
        if rows.duplicated(["seed", "copy"]).any():
            raise ValueError(f"more than one network per seed and copy where {where}")
        return by_seed(rows, lambda copies: float(100 - copies[TEST_ERROR].mean(skipna=False)))

    def ratio(self, measure: str, ours: Selection, others: Selection, rule: Rule) -> pd.Series:
        """Ratios of a measure at the common loss by seed, with lost networks as in `counted`."""
        above, below = (per_seed(self.there, measure, **where) for where in (ours, others))
        lost = [~per_seed(self.there, "reached", **where).astype(bool) for where in (ours, others)]
        return counted(above / below, rule, *lost)

    def rank_correlation(self, measure: str, permuted: bool = False) -> pd.Series:
        """Kendall's τ of a measure and the test error over the minima at one rate, by seed.

        Missing for seeds with lost networks if an arm lost more than `MOST_LOST`; otherwise these
        networks count as ranked wrongly, and are left out where test errors are `permuted`.
        """
        pool = self.there[self.there.arm.isin(ONE_RATE)]
        lost = ~pool.reached.astype(bool)
        judge = permuted_correlation if permuted else rank_correlation
        found = by_seed(pool, lambda part: judge(part, measure, TEST_ERROR))
        if (lost.groupby([pool.arm, pool.radius]).mean() > MOST_LOST).any():
            found[lost.groupby(pool.seed).any()] = np.nan
        return found


def by_seed(table: pd.DataFrame, number: Callable[[pd.DataFrame], float]) -> pd.Series:
    """A number of the rows of each seed."""
    found = {seed: number(part) for seed, part in table.groupby("seed")}
    return pd.Series(found, dtype=float).rename_axis("seed")


def counted(values: pd.Series, rule: Rule, *lost: pd.Series) -> pd.Series:
    """`values` by seed in which seeds that `lost` a network count against the rule.

    Each gets the least favourable value of all others. If an arm lost more than `MOST_LOST` of its
    networks, their values stay missing: the claim is not judged.
    """
    missing = pd.concat(lost, axis=1).any(axis=1)
    if not missing.any() or any(arm.mean() > MOST_LOST for arm in lost):
        return values
    known = values[~missing]
    numbers = known.to_numpy(float)
    inside = np.minimum(numbers - rule.low, rule.high - numbers)
    return values.mask(missing, float(numbers[inside.argmin()]))
