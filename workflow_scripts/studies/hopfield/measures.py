"""What the claims compute from the tables: one number per seed, missing where a seed has none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from workflow_scripts.evidence.statistics.intervals import NoData

EXPONENTS = (0.2, 2.0)
"""The exponents of finite-size scaling among which the best one is sought."""
NEGLIGIBLE = 1e-18
"""Squared error below which a fit is as good as exact."""


def wide(table: pd.DataFrame, columns: str | list[str], value: str) -> pd.DataFrame:
    """One row per seed of `table`, one column per value of `columns`; NaN where it has none.

    NoData if there is nothing at all.
    """
    keys = [columns] if isinstance(columns, str) else columns
    known = np.isfinite(table[keys].to_numpy(dtype=float)).all(axis=1)
    found = table[known].pivot(index="seed", columns=columns, values=value)
    if found.empty:
        raise NoData(f"no {value} was measured")
    return found.reindex(sorted(table["seed"].unique()))


def column(found: pd.DataFrame, key: float) -> pd.Series:
    """The column of `wide` with the number `key`; NoData if there is none."""
    if key not in found.columns:
        raise NoData(f"nothing was measured at {key:g}")
    return found[key]


def passing(values: pd.Series, passes: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """1 for the seeds whose value passes, else 0; NaN for those that have no finite value."""
    return passes(values).astype(float).where(np.isfinite(values))


def fitted_slopes(found: pd.DataFrame, x: np.ndarray) -> pd.Series:
    """The least-squares slope of each row of `found` [seeds, points] over `x` [points]."""
    centred = x - x.mean()
    values = found.to_numpy(dtype=float)
    means = values.mean(axis=1, keepdims=True)
    return pd.Series((values - means) @ centred / (centred @ centred), index=found.index)


def held_out_error(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean squared error [seeds] at each point of the straight line through all others.

    `x` [points], `y` [seeds, points].
    """
    squares = []
    for left_out in range(len(x)):
        others = np.arange(len(x)) != left_out
        centre = x[others].mean()
        means = y[:, others].mean(axis=1)
        slope = (y[:, others] - means[:, None]) @ (x[others] - centre)
        slope = slope / np.square(x[others] - centre).sum()
        squares.append(np.square(means + slope * (x[left_out] - centre) - y[:, left_out]))
    return np.mean(squares, axis=0)


def power_over_exponential(bits: pd.DataFrame) -> pd.Series:
    """By seed: the held-out error of a power law over that of an exponential law.

    `bits` [seeds, sizes] are logarithms of capacities. An exponential law is a straight line over
    the sizes, a power law one over their logarithms: both have two parameters.
    """
    sizes, values = bits.columns.to_numpy(dtype=float), bits.to_numpy(dtype=float)
    power = held_out_error(np.log(sizes), values)
    line = held_out_error(sizes, values)
    ratio = np.maximum(power, NEGLIGIBLE) / np.maximum(line, NEGLIGIBLE)
    return pd.Series(ratio, index=bits.index)


@dataclass(frozen=True)
class Scaling:
    """Loads that approach one `limit` as N^(−`exponent`), and the mean squared misfit."""

    limit: float
    exponent: float
    misfit: float


def scaling_with(sizes: np.ndarray, loads: np.ndarray, exponent: float) -> Scaling:
    """The least-squares limit of `loads` [levels, sizes] with a given exponent.

    Each level has a distance from the limit of its own; the limit is common to all.
    """
    scale = np.broadcast_to(sizes**-exponent, loads.shape)
    levels = len(loads)
    design = np.zeros((*loads.shape, 1 + levels))
    design[..., 0] = 1
    design[np.arange(levels), :, 1 + np.arange(levels)] = scale
    rows = design.reshape(-1, 1 + levels)
    found, *_ = np.linalg.lstsq(rows, loads.ravel(), rcond=None)
    misfit = np.square(rows @ found - loads.ravel()).mean()
    return Scaling(float(found[0]), exponent, float(misfit))


def scaling(sizes: np.ndarray, loads: np.ndarray) -> Scaling:
    """The least-squares limit of `loads` [levels, sizes] with the exponent that fits best."""
    best = minimize_scalar(
        lambda exponent: 1e8 * scaling_with(sizes, loads, exponent).misfit,
        bounds=EXPONENTS,
        method="bounded",
        options={"xatol": 1e-7},
    )
    return scaling_with(sizes, loads, float(best.x))


def mean_loads(critical_loads: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The sizes, and the mean over seeds of the loads `[levels, sizes]`."""
    found = wide(critical_loads, ["level", "size"], "load")
    frame = pd.DataFrame({"load": found.to_numpy(dtype=float).mean(axis=0)}, index=found.columns)
    table = frame["load"].unstack("size")
    return table.columns.to_numpy(dtype=float), table.to_numpy()


def limits(critical_loads: pd.DataFrame) -> pd.Series:
    """The limit of the mean loads of all seeds, as one jackknife pseudo-value per seed.

    A seed alone fixes its exponent badly. The pseudo-value n · limit − (n − 1) · limit without the
    seed is what the seed adds to the limit of all (Tukey 1958); their mean and its standard error
    are those of the limit. NaN for seeds that lack a load, which the others are fitted without.
    """
    found = wide(critical_loads, ["level", "size"], "load")
    whole = found.index[np.isfinite(found.to_numpy(dtype=float)).all(axis=1)]
    if len(whole) < 2:
        return pd.Series(np.nan, index=found.index)

    def limit(seeds: pd.Index) -> float:
        return scaling(*mean_loads(critical_loads[critical_loads["seed"].isin(seeds)])).limit

    together = limit(whole)
    pseudo = {
        seed: len(whole) * together - (len(whole) - 1) * limit(whole[whole != seed])
        for seed in whole
    }
    return pd.Series(pseudo).reindex(found.index)
