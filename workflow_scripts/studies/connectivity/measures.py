"""What claims and figures measure of the tables: a value per pair."""

from collections.abc import Mapping

import pandas as pd

from workflow_scripts.evidence.claims.claim import NoData, per_seed

Tables = Mapping[str, pd.DataFrame]


def excess(tables: Tables, kind: str) -> pd.Series:
    """Largest test error between the ends of a path minus that of the worse end, in pp, by pair."""
    return per_seed(tables["paths"], "excess", kind=kind, split="test")


def parted(tables: Tables, network: str, value: str, split: str, last: bool) -> pd.Series:
    """Barrier between copies of a network that part after the last or the first of its steps."""
    table = tables["branches"]
    points = table[table.network == network].point
    if points.empty:
        raise NoData(f"no copies of {network} were trained")
    point = points.max() if last else points.min()
    return per_seed(table, value, network=network, split=split, point=point)


def removed(tables: Tables, order: str) -> pd.DataFrame:
    """Share (%) of the unmatched barrier of the test loss that other orders of units remove.

    A row per seed, a column per width.
    """
    table = tables["matching"]
    table = table[table.split == "test"]

    def barriers(order: str) -> pd.DataFrame:
        part = table[table.order == order]
        if part.empty:
            raise NoData(f"no barrier was measured with units {order}")
        return part.pivot(index="seed", columns="width", values="loss_barrier")

    return 100 * (1 - barriers(order) / barriers("unmatched"))


def averaged(tables: Tables, value: str, point: str) -> pd.Series:
    """A measurement of one of the points of the averaged trainings, by seed."""
    return per_seed(tables["averages"], value, point=point)
