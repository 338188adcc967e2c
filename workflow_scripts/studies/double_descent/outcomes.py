"""Results for claims and figures: the values of a condition as arrays of seeds by sizes.

Nothing is dropped. A value that is not finite (a network that diverged) stays in the curve of its
seed, and a choice that would have to be made from such values leaves the chosen row without any.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData
from workflow_scripts.evidence.claims.evidence import BadTables
from workflow_scripts.evidence.statistics.intervals import NotFinite

Tables = Mapping[str, pd.DataFrame]
TRAINED = 10.0
"""Training error (%) at which a network counts as fitting its data: ε of Nakkiran et al. 2020."""
NO_RIDGE = 0.0
SMOOTHED = 3
"""Number of neighbouring measurements over which a validation loss is averaged before its minimum
is sought, and of neighbouring widths in a smoothed curve."""


@dataclass(frozen=True)
class Curves:
    """One number per seed and size: `values` [seeds, sizes] over `sizes`, smallest first."""

    sizes: np.ndarray
    values: np.ndarray
    seeds: pd.Index

    def index(self, size: int) -> int:
        """The index of `size` among the sizes; NoData if it is not one of them."""
        found = np.flatnonzero(self.sizes == size)
        if not len(found):
            raise NoData(f"nothing was measured at the size {size}")
        return int(found[0])

    def at(self, size: int) -> pd.Series:
        """The value of each seed at `size`."""
        return self.by_seed(self.values[:, self.index(size)])

    def between(self, low: float, high: float) -> "Curves":
        """The part with sizes from `low` to `high`, both included."""
        chosen = (self.sizes >= low) & (self.sizes <= high)
        return Curves(self.sizes[chosen], self.values[:, chosen], self.seeds)

    def smoothed(self) -> "Curves":
        """Each value averaged with those at the sizes next to it; the two ends have one each."""
        reach, count = SMOOTHED // 2, len(self.sizes)
        windows = [slice(max(at - reach, 0), at + reach + 1) for at in range(count)]
        values = np.stack([self.values[:, window].mean(axis=1) for window in windows], axis=1)
        return Curves(self.sizes, values, self.seeds)

    def by_seed(self, values: np.ndarray) -> pd.Series:
        """`values` [seeds], indexed by seed."""
        return pd.Series(values, self.seeds)


def curves(table: pd.DataFrame, value: str, size: str) -> Curves:
    """`value` of one condition, pivoted to seeds by `size`; BadTables if any row is missing."""
    if table.empty:
        raise NoData(f"no {value} was measured")
    wide = table.pivot(index="seed", columns=size, values=value)
    if wide.size != len(table):
        raise BadTables(f"some seeds have no {value} at some {size}")
    return Curves(wide.columns.to_numpy(), wide.to_numpy(dtype=np.float64), wide.index)


def noise_levels(table: pd.DataFrame) -> tuple[float, float]:
    """The shares of wrong labels without and with label noise."""
    levels = sorted(_known(table, "noise").noise.unique())
    if len(levels) < 2:
        raise NoData("there is one level of label noise only")
    return levels[0], levels[-1]


def unregularised(table: pd.DataFrame, noise: float) -> pd.DataFrame:
    """The minimum-norm solutions, without a penalty."""
    table = _known(table, "ridge")
    return table[(table.noise == noise) & (table.ridge == NO_RIDGE)]


def tuned(table: pd.DataFrame, noise: float, size: str) -> pd.DataFrame:
    """For each seed and size the penalty with the lowest squared error on validation images."""
    table = _known(table, "ridge")
    table = table[(table.noise == noise) & (table.ridge > NO_RIDGE)]
    if table.empty:
        raise NoData(f"no penalty was tried at label noise {noise:g}")
    return _lowest(table, "validation_risk", ["seed", size])


def final(table: pd.DataFrame, split: str, noise: float) -> pd.DataFrame:
    """Networks at the end of their training, measured on `split`."""
    table = table[(table.split == split) & (table.noise == noise)]
    return table[table.step == table.step.max()]


def stopped_early(table: pd.DataFrame, noise: float) -> pd.DataFrame:
    """Networks with averaged weights on the test set, where their validation loss is lowest.

    The validation loss is averaged over neighbouring measurements before its minimum is sought.
    """
    table = table[table.noise == noise].sort_values("step")
    keys = ["seed", "width"]
    validation = table[table.split == "averaged validation"]
    if validation.empty:
        raise NoData("no averaged weights were measured on validation examples")
    losses = validation.groupby(keys).loss
    smooth = losses.transform(
        lambda loss: loss.rolling(SMOOTHED, center=True, min_periods=1).mean()
    )
    # A network that diverges at any time has no lowest loss.
    smooth = smooth.where(losses.transform(lambda loss: np.isfinite(loss).all()))
    best = _lowest(validation.assign(smooth=smooth), "smooth", keys)
    chosen = best[[*keys, "step"]].assign(known=np.isfinite(best.smooth))
    found = table[table.split == "averaged test"].merge(chosen, on=[*keys, "step"])
    found.loc[~found.known, ["loss", "error"]] = np.nan
    return found.drop(columns="known")


def thresholds(table: pd.DataFrame, noise: float) -> np.ndarray:
    """For each seed the position [seeds] of the first width that fits its training labels.

    NaN for a seed that has none.
    """
    found = curves(final(table, "train", noise), "error", "width")
    fits = found.values <= TRAINED
    return np.where(fits.any(axis=1), fits.argmax(axis=1), np.nan)


def _lowest(table: pd.DataFrame, value: str, keys: list[str]) -> pd.DataFrame:
    """Of each group by `keys` the row with the lowest `value`.

    Where a value of the group is not finite, all measurements of its row are NaN.
    """
    ranked = table[value].where(np.isfinite(table[value]), -np.inf)
    rows = table.loc[ranked.groupby([table[key] for key in keys]).idxmin()].copy()
    measured = rows.columns.difference([*keys, "noise", "ridge", "step", "split"])
    rows.loc[~np.isfinite(rows[value]), measured] = np.nan
    return rows


def _known(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table; NotFinite if it has rows of which the condition is unknown."""
    odd = ~np.isfinite(table[column].astype(float))
    if odd.any():
        raise NotFinite(f"no finite {column} at seeds {sorted(table.seed[odd].unique())}")
    return table
