"""The claims of the study computed again from the columns of its tables, by pandas and NumPy.

A pair of networks is a seed. The networks have the names that they have in the configuration.
"""

import numpy as np
import pandas as pd

from tests.studies.again import Again, Tables

MAIN, UNSTABLE = "mlp", "resnet"


def by_seed(table: pd.DataFrame, column: str, where: str) -> np.ndarray:
    """A value per seed, in their order, of the rows for which `where` is true."""
    values = table.query(where).set_index("seed")[column]
    assert values.index.is_unique, f"{where}: not one row per seed"
    return values.sort_index().to_numpy(dtype=float)


def rise(tables: Tables, kind: str) -> np.ndarray:
    """Points of test error that a path rises above its worse end."""
    return by_seed(tables["paths"], "excess", f"kind == '{kind}' and split == 'test'")


def straight(tables: Tables) -> Again:
    """The straight line does not join the two solutions."""
    return Again(rise(tables, "line"), low=1, control=True)


def copies(tables: Tables, network: str, column: str, split: str, end: int) -> np.ndarray:
    """A barrier between copies that part at the first (0) or at the last (-1) of the steps."""
    table = tables["branches"].query(f"network == '{network}' and split == '{split}'")
    step = sorted(set(table.point))[end]
    return by_seed(table, column, f"point == {step}")


def line_barrier(tables: Tables) -> list[Again]:
    parts = []
    for split in ("train", "test"):
        where = f"kind == 'line' and split == '{split}'"
        late = copies(tables, MAIN, "loss_barrier", split, -1)
        parts.append(Again(by_seed(tables["paths"], "loss_barrier", where), low=0.3))
        parts.append(Again(late, high=0.3, control=True))
    return parts


def curved_path(tables: Tables) -> list[Again]:
    return [Again(rise(tables, "bezier"), high=1), straight(tables)]


def chain(tables: Tables) -> list[Again]:
    return [*[Again(rise(tables, kind), high=1) for kind in ("chain", "band")], straight(tables)]


def swa(tables: Tables) -> list[Again]:
    def point(name: str, column: str = "accuracy") -> np.ndarray:
        return by_seed(tables["averages"], column, f"point == '{name}'")

    average, last = point("average"), point("last")
    sharper = point("average", "largest_eigenvalue") / point("last", "largest_eigenvalue")
    return [
        Again(average - last, low=0),
        Again(sharper, high=1, kind="ratio"),
        Again(average - point("annealed"), low=-0.3),
        Again(average - point("moving average"), low=-0.3),
        Again(point("first average") - last, high=0, control=True),
    ]


def soup_same_basin(tables: Tables) -> list[Again]:
    def above(soup: str, other: str) -> np.ndarray:
        ours, theirs = (
            by_seed(tables["soups"], "accuracy", f"soup == '{name}'") for name in (soup, other)
        )
        return ours - theirs

    unrelated = above("unrelated average", "mean of the unrelated")
    return [
        Again(above("uniform", "mean of the copies"), low=0),
        Again(above("greedy", "best copy"), low=-0.05),
        Again(unrelated, high=-5, control=True),
    ]


def same_basin(tables: Tables) -> list[Again]:
    first, last = (copies(tables, UNSTABLE, "error_barrier", "test", end) for end in (0, -1))
    return [Again(last, high=2), Again(first, low=2, control=True)]


def permutation(tables: Tables) -> list[Again]:
    table = tables["matching"]
    widths = sorted(set(table.width))

    def barriers(order: str) -> np.ndarray:
        """The barriers of the test loss [widths, seeds]."""
        where = "split == 'test' and order == '{}' and width == {}"
        return np.array(
            [by_seed(table, "loss_barrier", where.format(order, width)) for width in widths]
        )

    before = barriers("unmatched")
    matched, random = (100 * (before - barriers(order)) / before for order in ("matched", "random"))

    def trend() -> np.ndarray:
        """Points per doubling of the width: the line of least squares through a seed's shares."""
        if not np.isfinite(matched).all():
            return np.full(matched.shape[1], np.nan)
        return np.polyfit(np.log2(widths), matched, 1)[0]

    return [
        Again(matched[-1], low=25),
        Again(trend(), low=0),
        Again(random[-1], high=5, control=True),
    ]


AGAIN = {
    "line-barrier": line_barrier,
    "curved-path": curved_path,
    "chain": chain,
    "swa": swa,
    "soup-same-basin": soup_same_basin,
    "same-basin": same_basin,
    "permutation": permutation,
}
