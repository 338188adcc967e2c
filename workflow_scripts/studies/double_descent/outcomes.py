"""Results for claims and figures: the values of a condition as arrays of seeds by sizes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData

Tables = Mapping[str, pd.DataFrame]
TRAINED = 10.0
"""Training error (%) at which a network counts as fitting its data: ε of Nakkiran et al. 2020."""
NO_RIDGE = 0.0


@dataclass(frozen=True)
class Curves:
    """One number per seed and size: `values` [seeds, sizes] over `sizes`, smallest first."""

    sizes: np.ndarray
    values: np.ndarray

    def index(self, size: int) -> int:
        """The index of `size` among the sizes; NoData if it is not one of them."""
        found = np.flatnonzero(self.sizes == size)
        if not len(found):
            raise NoData(f"nothing was measured at the size {size}")
        return int(found[0])

    def at(self, size: int) -> np.ndarray:
        """The values [seeds] at `size`."""
        return self.values[:, self.index(size)]

    def between(self, low: float, high: float) -> "Curves":
        """The part with sizes from `low` to `high`, both included."""
        chosen = (self.sizes >= low) & (self.sizes <= high)
        return Curves(self.sizes[chosen], self.values[:, chosen])


def curves(table: pd.DataFrame, value: str, size: str) -> Curves:
    """`value` of one condition, pivoted to seeds by `size`; ValueError if any is missing."""
    if table.empty:
        raise NoData(f"no {value} was measured")
    wide = table.pivot(index="seed", columns=size, values=value)
    if wide.isna().any(axis=None):
        raise ValueError(f"some seeds have no {value} at some {size}")
    return Curves(wide.columns.to_numpy(), wide.to_numpy(dtype=np.float64))


def noise_levels(table: pd.DataFrame) -> tuple[float, float]:
    """The shares of wrong labels without and with label noise."""
    levels = sorted(table.noise.unique())
    if len(levels) < 2:
        raise NoData("there is one level of label noise only")
    return levels[0], levels[-1]


def unregularised(table: pd.DataFrame, noise: float) -> pd.DataFrame:
    """The minimum-norm solutions, without a penalty."""
    return table[(table.noise == noise) & (table.ridge == NO_RIDGE)]


def tuned(table: pd.DataFrame, noise: float, size: str) -> pd.DataFrame:
    """For each seed and size the penalty with the lowest squared error on validation images."""
    table = table[(table.noise == noise) & (table.ridge > NO_RIDGE)]
    if table.empty:
        raise NoData(f"no penalty was tried at label noise {noise:g}")
    return table.loc[table.groupby(["seed", size]).validation_risk.idxmin()]


def final(table: pd.DataFrame, split: str, noise: float) -> pd.DataFrame:
    """Networks at the end of their training, measured on `split`."""
    table = table[(table.split == split) & (table.noise == noise)]
    return table[table.step == table.step.max()]


def stopped_early(table: pd.DataFrame, noise: float) -> pd.DataFrame:
    """Networks on the test set at the step of their lowest validation loss."""
    table = table[table.noise == noise]
    keys = ["seed", "width"]
    validation = table[table.split == "validation"]
    best = validation.loc[validation.groupby(keys).loss.idxmin(), [*keys, "step"]]
    return table[table.split == "test"].merge(best, on=[*keys, "step"])


def thresholds(table: pd.DataFrame, noise: float) -> np.ndarray:
    """For each seed the position [seeds] of the first width that fits its training labels.

    NoData if a seed has none.
    """
    found = curves(final(table, "train", noise), "error", "width")
    fits = found.values <= TRAINED
    if not fits.any(axis=1).all():
        raise NoData(f"not every seed has a width with training error below {TRAINED:g} %")
    return fits.argmax(axis=1)
