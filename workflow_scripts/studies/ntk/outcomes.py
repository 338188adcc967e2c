"""What claims read of the tables of the study, by seed."""

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData, paired, per_seed
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.studies.ntk.marks import NETWORK


def by_width(table: pd.DataFrame, value: str, layers: int, alpha: float) -> pd.DataFrame:
    """The column `value` [seeds, widths] of networks of one depth and output scale."""
    chosen = table[(table.layers == layers) & (table.alpha == alpha)]
    if chosen.empty:
        raise NoData(f"no network of {layers} layers was trained at α = {alpha:g}")
    return chosen.pivot(index="seed", columns="width", values=value).astype(np.float64)


def width_slopes(table: pd.DataFrame, value: str, layers: int, alpha: float) -> pd.Series:
    """The slope of log `value` in log width, by seed; NaN for a seed with a value that is not one.

    Nothing has a logarithm that is not positive and finite: a network that was not trained to the
    common loss leaves its seed without a slope.
    """
    found = by_width(table, value, layers, alpha)
    numbers = found.to_numpy()
    known = (np.isfinite(numbers) & (numbers > 0)).all(axis=1)
    values = np.full(len(numbers), np.nan)
    if known.any():
        logs = np.log(numbers[known])
        values[known] = slopes(np.log(found.columns.to_numpy(dtype=np.float64)), logs)
    return pd.Series(values, found.index)


def narrowest_to_widest(table: pd.DataFrame, value: str, layers: int, alpha: float) -> pd.Series:
    """The ratio of `value` in the narrowest network to that in the widest, by seed."""
    found = by_width(table, value, layers, alpha)
    ratio = found[found.columns.min()] / found[found.columns.max()]
    return ratio.where(ratio > 0)


def gained(table: pd.DataFrame, value: str, target: str, rich: float, lazy: float) -> pd.Series:
    """The column `value` at the output scale `rich` − that at `lazy`, by seed."""
    return paired(*(at_scale(table, value, target, alpha) for alpha in (rich, lazy)))


def at_scale(table: pd.DataFrame, value: str, target: str, alpha: float) -> pd.Series:
    """The column `value` of networks that learned `target` at an output scale, by seed."""
    return per_seed(table, value, target=target, learner=NETWORK, alpha=alpha)
