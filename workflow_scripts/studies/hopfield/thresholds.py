"""Capacities: where memory crosses a threshold, one number per network."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workflow_scripts.evidence.statistics.crossing import crossing

OVERLAP = 0.7
"""Mean overlap at which about half of the memory is lost: between that of recall, 0.97, and that
after the collapse, about 0.35 (Amit et al. 1985)."""
SHARE = 0.9
"""Share of queries that a modern network must recall."""
ERROR = 0.005
"""Share of unstable bits that a dense associative memory may have (Krotov & Hopfield 2016)."""


def critical_loads(capacity: pd.DataFrame) -> pd.DataFrame:
    """The load of each size and seed at which the overlap falls below `OVERLAP`; missing if none.

    Only a crossing counts: a network already below it at the smallest load has none.
    """
    return _each(capacity, ["size", "seed"], "load", lambda part: _fall(part, OVERLAP))


def bits(spheres: pd.DataFrame) -> pd.DataFrame:
    """log₂ of the number of patterns of which `SHARE` are recalled, by dimension and seed."""

    def found(part: pd.DataFrame) -> float:
        return crossing(part.bits, part.share, SHARE) if part.share.iloc[0] > SHARE else np.nan

    return _each(spheres.sort_values("bits"), ["dimension", "seed"], "bits", found)


def dense_capacity(dense: pd.DataFrame) -> pd.DataFrame:
    """Number of patterns at which a share `ERROR` of bits is unstable, by order, size and seed.

    Interpolated on logarithmic scales; no error at all counts as half a bit.
    """

    def found(part: pd.DataFrame) -> float:
        error = np.maximum(part.error, 0.5 / part.tested)
        return float(np.exp(crossing(np.log(part.patterns), np.log(error), np.log(ERROR))))

    return _each(dense.sort_values("patterns"), ["order", "size", "seed"], "patterns", found)


def _fall(part: pd.DataFrame, level: float) -> float:
    part = part.sort_values("load")
    return crossing(part.load, part.overlap, level) if part.overlap.iloc[0] > level else np.nan


def _each(
    table: pd.DataFrame, keys: list[str], name: str, found: Callable[[pd.DataFrame], float]
) -> pd.DataFrame:
    values = [[*key, found(part)] for key, part in table.groupby(keys, sort=True)]
    return pd.DataFrame(values, columns=[*keys, name])
