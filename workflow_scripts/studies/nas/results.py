"""Results of searches, supernets and scaled networks by seed, as the claims ask for them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import NoData, paired, per_seed
from workflow_scripts.evidence.statistics.intervals import NotFinite

Tables = Mapping[str, pd.DataFrame]
RANDOM, REINFORCE = "random", "reinforce"


class Results:
    """The tables of the study; nothing in them is dropped."""

    def __init__(self, tables: Tables, cfg: Mapping[str, Any]) -> None:
        self.tables, self.cfg = tables, cfg
        self.stop = int(section(cfg, "stop"))

    @property
    def largest(self) -> str:
        """The space with the most free edges."""
        return str(section(self.cfg, "growing")[-1])

    @property
    def algorithms(self) -> list[str]:
        """The algorithms that search the table."""
        return list(dict.fromkeys(self.tables["searches"].algorithm))

    @property
    def last(self) -> int:
        """The largest number of trainings."""
        return int(self.tables["searches"].trainings.max())

    def search(
        self, space: str, algorithm: str, value: str, trainings: int | None = None
    ) -> pd.Series:
        """`value` by seed after so many trainings; after all of them if None."""
        at = self.last if trainings is None else trainings
        where = {"space": space, "algorithm": algorithm, "trainings": at}
        return _finite(per_seed(self.tables["searches"], value, **where), str(where))

    def supernet(self, name: str, value: str, step: int | None = None) -> pd.Series:
        """`value` by seed of a supernet when it is stopped, or after `step` steps."""
        where = {"supernet": name, "step": self.stop if step is None else step}
        return _finite(per_seed(self.tables["supernets"], value, **where), str(where))

    def untrained(self, name: str, value: str) -> pd.Series:
        """`value` by seed of a supernet's cells before training, the mean of several starts."""
        return _finite(
            per_seed(self.tables["untrained"], value, supernet=name), f"starts of {name}"
        )

    def of_space(self, space: str, value: str) -> pd.Series:
        """`value` by seed of the supernet of the first order in a space."""
        return self.supernet(section(self.cfg, "differentiable")[space], value)

    def waiting(self, space: str, algorithm: str) -> pd.Series:
        """By seed: log10 of the trainings until the regret is DARTS' median over seeds.

        Linear between the levels of the table; a search that never came there counts with all its
        trainings.
        """
        threshold = float(self.of_space(space, "regret").median())
        table = self.tables["reached"]
        table = table[(table.space == space) & (table.algorithm == algorithm)]
        if table.empty:
            raise NoData(f"no search by {algorithm} in the space {space}")
        wide = table.pivot(index="seed", columns="level", values="log_trainings").sort_index()
        levels = wide.columns.to_numpy(dtype=float)
        found = [np.interp(threshold, levels, row) for row in wide.to_numpy(dtype=float)]
        return _finite(pd.Series(found, wide.index), f"trainings of {algorithm} in {space}")

    def cost(self, space: str) -> float:
        """Trainings that a supernet of the first order in a space costs, by multiply-adds."""
        return float(self.of_space(space, "trainings").iloc[0])

    def best_algorithm(self, space: str) -> str:
        """The algorithm whose cells have the highest validation accuracy after all trainings."""
        mean = {each: self.search(space, each, "validation").mean() for each in self.algorithms}
        return max(mean, key=lambda each: mean[each])

    def best_accuracy(self, space: str) -> pd.Series:
        """By seed: the accuracy of the best of all algorithms after all trainings."""
        each = [self.search(space, algorithm, "accuracy") for algorithm in self.algorithms]
        return pd.concat(each, axis=1).max(axis=1).rename_axis("seed")

    def scaled(self, network: str, value: str) -> pd.Series:
        """`value` by seed of a network of compound scaling."""
        return _finite(per_seed(self.tables["scaled"], value, network=network), network)

    def best_single(self) -> str:
        """The network, of those in which one is scaled, with the highest validation accuracy."""
        names = section(self.cfg, "compound.single")
        mean = {name: self.scaled(name, "validation").mean() for name in names}
        return max(mean, key=lambda name: mean[name])

    def against_single(self, network: str) -> pd.Series:
        """By seed: accuracy (pp) of a network minus that of the best in which one is scaled."""
        return paired(self.scaled(network, "test"), self.scaled(self.best_single(), "test"))

    def ratios(self, arm: str) -> pd.Series:
        """By seed: the variance between spaces over that between algorithms."""
        table = self.tables["variances"]
        spaces = per_seed(table, "spaces", arm=arm)
        return _ratio(spaces, per_seed(table, "algorithms", arm=arm), f"variances of {arm}")

    def ratios_with_darts(self) -> pd.Series:
        """The same with DARTS as one more algorithm, from the means of each seed."""
        spaces = [section(self.cfg, key) for key in ("good", "middle", "bad")]
        at = int(section(self.cfg, "search.compared"))
        means = {
            (space, algorithm): self.search(space, algorithm, "accuracy", at)
            for space in spaces
            for algorithm in self.algorithms
        }
        means |= {(space, "darts"): self.of_space(space, "accuracy") for space in spaces}
        wide = pd.DataFrame(means)
        between = wide.T.groupby(level=0).mean().var(ddof=1)
        within = wide.T.groupby(level=1).mean().var(ddof=1)
        return _ratio(between.rename_axis("seed"), within, "variances with DARTS")


def _finite(values: pd.Series, what: str) -> pd.Series:
    """The values as floats; NotFinite names the seeds that have none."""
    values = values.astype(float)
    odd = values.index[~np.isfinite(values)].tolist()
    if odd:
        raise NotFinite(f"{what}: no finite value at seeds {odd}")
    return values


def _ratio(above: pd.Series, below: pd.Series, what: str) -> pd.Series:
    """Ratios of variances; NotFinite names seeds in which one of the two is zero."""
    above, below = _finite(above, what), _finite(below, what)
    none = above.index[((above <= 0) | (below <= 0)).to_numpy()].tolist()
    if none:
        raise NotFinite(f"{what}: nothing differs at seeds {none}")
    return above / below
