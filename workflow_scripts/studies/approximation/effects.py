"""What the claims are about, by seed: slopes of errors over width, and ratios of two errors."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from workflow_scripts.evidence.claims.evidence import BadTables, per_seed
from workflow_scripts.evidence.statistics.intervals import NoData, NotFinite
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.studies.approximation.marks import RELU

Tables = Mapping[str, pd.DataFrame]
Scale = Callable[[np.ndarray], np.ndarray]

OPTIMISERS = ("Adam", "L-BFGS")


def power(table: pd.DataFrame, size: str, value: str, **where: object) -> pd.Series:
    """By seed: the slope of log `value` over log `size`, of the rows that equal `where`.

    NotFinite where a value is missing, infinite or not positive; BadTables where a seed lacks one.
    """
    return _trend(table, size, value, np.log, np.log, where)


def doublings(table: pd.DataFrame, size: str, value: str, **where: object) -> pd.Series:
    """By seed: the slope of log₂ `value` over `size` itself."""
    return _trend(table, size, value, _as_it_is, np.log2, where)


def widths(table: pd.DataFrame) -> tuple[int, int]:
    """The smallest and the largest width."""
    return int(table.width.min()), int(table.width.max())


def ratio(tables: Tables, optimiser: str, kind: str, width: int) -> pd.Series:
    """By seed: the largest error of the trained network over that of the constructed one."""
    trained = per_seed(tables["trained"], "inside", optimiser=optimiser, kind=kind, width=width)
    constructed = per_seed(tables["constructed"], "inside", activation=RELU, kind=kind, width=width)
    together = pd.DataFrame({"trained": trained, "constructed": constructed})
    bad = together.index[~np.isfinite(together.to_numpy(dtype=np.float64)).all(axis=1)].tolist()
    if bad:
        raise NotFinite(f"no error of {width} units at seeds {bad}")
    return together.trained / together.constructed


def _trend(
    table: pd.DataFrame,
    size: str,
    value: str,
    of_size: Scale,
    of_value: Scale,
    where: Mapping[str, object],
) -> pd.Series:
    for column, wanted in where.items():
        table = table[table[column] == wanted]
    if table.empty:
        raise NoData(f"no {value} was measured where {where}")
    wide = table.pivot(index="seed", columns=size, values=value)
    if wide.size != len(table):
        raise BadTables(f"some seeds have no {value} at some {size}")
    numbers = wide.to_numpy(dtype=np.float64)
    good = np.isfinite(numbers) & (numbers > 0)
    if not good.all():
        bad = wide.index[~good.all(axis=1)].tolist()
        raise NotFinite(f"no finite {value} at seeds {bad}")
    sizes = of_size(wide.columns.to_numpy(dtype=np.float64))
    return pd.Series(slopes(sizes, of_value(numbers)), wide.index)


def _as_it_is(sizes: np.ndarray) -> np.ndarray:
    return sizes
