"""What a claim reads and returns: tables of the seeds of a look, and measured numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from workflow_scripts.evidence.claims.rule import Rule
from workflow_scripts.evidence.statistics.intervals import (
    Interval,
    NoData,
    exact_interval,
    mean_interval,
)


@dataclass(frozen=True)
class Measured:
    """One measured number of a claim.

    `name` identifies the part if there are several. `rule` and `unit` are those of the claim
    (or of its control) unless given here. For anything but a mean over seeds, build the interval
    with `workflow_scripts.evidence.statistics` and pass it: `Measured(interval)`.
    """

    interval: Interval
    name: str = ""
    rule: Rule | None = None
    unit: str | None = None

    @classmethod
    def from_seeds(
        cls, values: ArrayLike, name: str = "", rule: Rule | None = None, unit: str | None = None
    ) -> "Measured":
        """Mean over seeds of `values` [seeds]; for a comparison, pass the paired differences.

        A Series indexed by seed lets a message name the seeds that have no finite value.
        """
        return cls(mean_interval(values), name, rule, unit)

    @classmethod
    def exact(
        cls,
        value: float,
        name: str = "",
        rule: Rule | None = None,
        unit: str | None = None,
        n: int = 1,
    ) -> "Measured":
        """A number without sampling error: an identity, a count, a constructed network.

        For an identity that must hold for every seed, pass the worst value and the seed count `n`.
        """
        return cls(exact_interval(value, n), name, rule, unit)


@dataclass(frozen=True)
class Evidence:
    """The parts of a claim, all of which must satisfy the rule, and those of its control."""

    parts: Sequence[Measured]
    control: Sequence[Measured] = ()


class BadTables(ValueError):
    """The tables are not what the configured seeds must have given: nothing is decided."""


class Tables(dict[str, pd.DataFrame]):
    """Tables by name, cut to the rows of some `seeds` where they have that column.

    Access to a missing or empty table raises NoData with its name. `read` are the names of those
    that were asked for.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], seeds: Sequence[int] | None = None
    ) -> None:
        super().__init__(tables)
        self.seeds = None if seeds is None else list(seeds)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.read.add(name)
        if name not in self:
            raise NoData(f"the table {name} is missing")
        table = super().__getitem__(name)
        if table.empty:
            raise NoData(f"the table {name} is empty")
        if self.seeds is None or "seed" not in table:
            return table
        return table[table["seed"].isin(self.seeds)].reset_index(drop=True)


def per_seed(table: pd.DataFrame, value: str, **where: object) -> pd.Series:
    """The column `value` indexed by seed, of the rows whose columns equal those in `where`.

    NoData names the selection if no row matches (an arm that was not run); BadTables if a seed
    has more than one row, because then the selection is not a single condition.
    """
    chosen = table
    for column, wanted in where.items():
        chosen = chosen[chosen[column] == wanted]
    described = ", ".join(f"{column} = {wanted}" for column, wanted in where.items())
    if chosen.empty:
        raise NoData(f"no {value} was measured where {described}")
    if chosen["seed"].duplicated().any():
        raise BadTables(f"more than one {value} per seed where {described}: narrow the selection")
    return chosen.set_index("seed")[value].sort_index()


def paired(ours: pd.Series, others: pd.Series) -> pd.Series:
    """Differences ours - others by seed, both indexed by seed as `per_seed` returns them.

    BadTables names seeds that only one arm has: leaving out runs that failed would bias the
    difference, so nothing is dropped here.
    """
    lonely = ours.index.symmetric_difference(others.index)
    if len(lonely):
        raise BadTables(f"seeds {lonely.tolist()} are in one arm only: measure them in both")
    return ours - others
