"""The claims of the study computed again from the columns of its tables, by NumPy and pandas.

Levels are found by the densities of all seeds: pruning leaves as many weights with every seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from tests.studies.again import Again, Tables

MAIN, LATE = "lenet", "resnet"


def level(tables: Tables, chain: str, below: float = 1, nearest: float | None = None) -> int:
    """The first level with fewer than `below` of the weights, or that with about `nearest`."""
    table = tables["outcomes"]
    pruned = table[(table.chain == chain) & (table.arm == "ticket") & (table.level > 0)]
    density = pruned.groupby("level").density.mean()
    if nearest is not None:
        return int((density - nearest).abs().idxmin())
    return int(density[density < below].index[0])


def one(
    tables: Tables, arm: str, at: int, y: str = "accuracy", chain: str = MAIN, rewind: int = 0
) -> np.ndarray:
    """A value per seed of an arm at a level; those of level 0 were never rewound."""
    table = tables["outcomes"]
    rows = table[(table.chain == chain) & (table.arm == arm) & (table.level == at)]
    rows = rows[rows.rewind == rewind] if at else rows
    return rows.sort_values("seed")[y].to_numpy(dtype=float, na_value=np.nan)


def part(
    values: np.ndarray,
    low: float = -np.inf,
    high: float = np.inf,
    kind: Literal["mean", "ratio"] = "mean",
    control: bool = False,
) -> Again:
    """A part of a claim whose values are one per seed, whichever seeds there are."""
    return Again(values.tolist(), low, high, kind, control)


def whole(parts: Sequence[Again]) -> list[Again]:
    """The same parts, each without a value of the seeds that lack one in any of them."""
    values = np.array([part.values for part in parts])
    values[:, ~np.isfinite(values).all(axis=0)] = np.nan
    return [replace(part, values=row.tolist()) for part, row in zip(parts, values, strict=True)]


def matching_ticket(tables: Tables) -> list[Again]:
    at, dense = level(tables, MAIN, below=0.1), one(tables, "ticket", 0)
    return [
        part(one(tables, "ticket", at) - dense, low=-0.5),
        part(one(tables, "shuffled", at) - dense, high=-0.5, control=True),
    ]


def not_reinitialised(tables: Tables) -> list[Again]:
    at = level(tables, MAIN, below=0.05)

    def better(when: str) -> np.ndarray:
        return one(tables, "ticket", at, when) - one(tables, "reinitialised", at, when)

    draws = one(tables, "reinitialised", at) - one(tables, "reinitialised-again", at)
    return [
        part(better("accuracy"), low=0),
        part(better("early"), low=0),
        part(draws, -1, 1, control=True),
    ]


def not_structure(tables: Tables) -> list[Again]:
    extreme, half = level(tables, MAIN, below=0.05), level(tables, MAIN, nearest=0.5)
    ticket, dense = one(tables, "ticket", extreme), one(tables, "ticket", 0)
    masks = ("shuffled", "random")
    return [
        *[part(ticket - one(tables, mask, extreme), low=0) for mask in masks],
        *[part(one(tables, mask, half) - dense, -0.5, 0.5, control=True) for mask in masks],
    ]


def learns_faster(tables: Tables) -> list[Again]:
    at = level(tables, MAIN, nearest=0.211)

    def steps(arm: str, at: int) -> np.ndarray:
        finite = np.isfinite(one(tables, arm, at, "stopping_loss"))
        return np.where(finite, one(tables, arm, at, "stopping_step"), np.nan)

    dense, ticket = steps("ticket", 0), steps("ticket", at)
    ticket[ticket >= one(tables, "ticket", at, "validated")] = np.nan  # its loss still falls
    return [
        part(dense / ticket, low=1.2, kind="ratio"),
        part(dense / steps("reinitialised", at), high=1.2, kind="ratio", control=True),
    ]


def iterative_beats_one_shot(tables: Tables) -> list[Again]:
    def better(at: int) -> np.ndarray:
        return one(tables, "ticket", at) - one(tables, "one-shot", at)

    return [
        part(better(level(tables, MAIN, below=0.05)), low=0),
        part(better(level(tables, MAIN, nearest=0.5)), -0.5, 0.5, control=True),
    ]


def prunable(tables: Tables) -> list[Again]:
    matching, extreme = level(tables, MAIN, below=0.1), level(tables, MAIN, below=0.05)
    once, twice = (one(tables, arm, 0, "stopping_loss") for arm in ("ticket", "fine-tuned"))
    dense = np.where(twice < once, one(tables, "fine-tuned", 0), one(tables, "ticket", 0))
    return [
        part(one(tables, "fine-tuned", matching) - dense, low=-0.5),
        part(one(tables, "fine-tuned", extreme) - dense, low=-0.5),
        part(one(tables, "fine-tuned-random", extreme) - dense, high=-0.5, control=True),
    ]


def late_rewinding(tables: Tables) -> list[Again]:
    at, table, barriers = level(tables, LATE, below=0.1), tables["outcomes"], tables["barriers"]
    rewound = table[(table.chain == LATE) & (table.level > 0)].rewind
    start, late = (
        one(tables, "ticket", at, chain=LATE, rewind=step)
        for step in (rewound.min(), rewound.max())
    )
    first, last = (
        barriers[barriers.point == point].sort_values("seed").barrier.to_numpy(dtype=float)
        for point in (barriers.point.min(), barriers.point.max())
    )
    return [
        part(late - start, low=0),
        part(last - first, high=0, control=True),
        part(start - one(tables, "ticket", 0, chain=LATE), high=0, control=True),
    ]


def more_needles(tables: Tables) -> list[Again]:
    def rise(arm: str) -> np.ndarray:
        table: pd.DataFrame = tables["needles"]
        rows = table[table.arm == arm].sort_values("seed").groupby("seed")
        return np.array([np.polyfit(np.log2(r.parent), r.accuracy, 1)[0] for _, r in rows])

    ticket, shuffled = rise("ticket"), rise("shuffled")
    return [part(ticket, low=0), part(shuffled - ticket / 2, high=0, control=True)]


MEASURES: dict[str, Callable[[Tables], list[Again]]] = {
    "matching-ticket": matching_ticket,
    "not-reinitialised": not_reinitialised,
    "not-structure": not_structure,
    "learns-faster": learns_faster,
    "iterative-beats-one-shot": iterative_beats_one_shot,
    "prunable": prunable,
    "late-rewinding": late_rewinding,
    "more-needles": more_needles,
}
AGAIN = {
    claim: lambda tables, measure=measure: whole(measure(tables))
    for claim, measure in MEASURES.items()
}
