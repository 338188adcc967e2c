"""Capacities: where memory crosses a threshold, one number per network."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workflow_scripts.evidence.statistics.crossing import crossing

OVERLAPS = (90, 80, 70, 60)
"""Mean overlaps in percent whose loads are extrapolated: between that of recall, 97, and that after
the collapse, about 35 (Amit et al. 1985). In an infinite network all are passed at one load."""
HALF = 0.5
"""Share of damaged patterns that a network recalls at its capacity."""
SHARE = 0.9
"""Share of queries that a modern network must recall."""
ERROR = 0.005
"""Share of unstable bits that a dense associative memory may have (Krotov & Hopfield 2016)."""
FEW = 2
"""Number of images that weigh in below which one image is retrieved."""


def critical_loads(capacity: pd.DataFrame) -> pd.DataFrame:
    """The load of each size and seed at which the overlap falls below each of `OVERLAPS`.

    Only a crossing counts: a network already below it at the smallest load has none, and the load
    is missing.
    """
    levels = [
        _each(capacity, ["size", "seed"], "load", _fall("load", "overlap", level / 100)).assign(
            level=level
        )
        for level in OVERLAPS
    ]
    return pd.concat(levels, ignore_index=True)[["level", "size", "seed", "load"]]


def half_recalled(correlated: pd.DataFrame) -> pd.DataFrame:
    """The load of each arm and seed at which `HALF` of the damaged patterns are recalled."""
    return _each(correlated, ["arm", "seed"], "load", _fall("load", "share", HALF))


def bits(spheres: pd.DataFrame) -> pd.DataFrame:
    """log₂ of the number of patterns of which `SHARE` are recalled, by dimension and seed."""
    return _each(spheres, ["dimension", "seed"], "bits", _fall("bits", "share", SHARE))


def dense_capacity(dense: pd.DataFrame) -> pd.DataFrame:
    """Number of patterns at which a share `ERROR` of bits is unstable, by order, size and seed.

    Interpolated on logarithmic scales; no error at all counts as half a bit.
    """

    def found(part: pd.DataFrame) -> float:
        error = np.maximum(part.error, 0.5 / part.tested)
        return float(np.exp(crossing(np.log(part.patterns), np.log(error), np.log(ERROR))))

    return _each(dense.sort_values("patterns"), ["order", "size", "seed"], "patterns", found)


def blending(regimes: pd.DataFrame) -> pd.DataFrame:
    """How wide the regime of blends is, in decades of the inverse temperature, by arm and seed.

    Blends are retrieved from where fewer than half of all stored images weigh in to where fewer
    than `FEW` do.
    """

    def found(part: pd.DataFrame) -> float:
        logs = part.assign(beta=np.log10(part.beta), number=np.log(part.effective))
        first = _fall("beta", "number", float(np.log(part.stored.iloc[0] / 2)))(logs)
        return _fall("beta", "number", float(np.log(FEW)))(logs) - first

    return _each(regimes, ["arm", "seed"], "decades", found)


def _fall(x: str, y: str, level: float) -> Callable[[pd.DataFrame], float]:
    """Where the curve of a network falls below a level; NaN if it begins there or never does."""

    def found(part: pd.DataFrame) -> float:
        part = part.sort_values(x)
        return crossing(part[x], part[y], level) if part[y].iloc[0] > level else np.nan

    return found


def _each(
    table: pd.DataFrame, keys: list[str], name: str, found: Callable[[pd.DataFrame], float]
) -> pd.DataFrame:
    values = [[*key, found(part)] for key, part in table.groupby(keys, sort=True)]
    return pd.DataFrame(values, columns=[*keys, name])
