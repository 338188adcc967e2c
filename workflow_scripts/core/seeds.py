"""Batches of seeds: each batch is trained as one ensemble; more seeds mean more batches."""

import re
from typing import Annotated

from pydantic import AfterValidator

PATTERN = re.compile(r"(0|[1-9]\d*)-(0|[1-9]\d*)")
MOST = 1000
"""The largest number of seeds in a batch, which is trained as one ensemble."""


def seeds_of(batch: str) -> list[int]:
    """The seeds of a batch such as "0-4": 0, 1, 2, 3, 4."""
    match = PATTERN.fullmatch(batch)
    if match is None:
        raise ValueError(f"a batch of seeds is written first-last, such as 0-4, not {batch!r}")
    first, last = map(int, match.groups())
    if last < first:
        raise ValueError(f"the batch of seeds {batch!r} is empty")
    if last - first >= MOST:
        raise ValueError(f"the batch {batch!r} has more than {MOST} seeds: write several batches")
    return list(range(first, last + 1))


def longer(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The batches with more seeds; the first if both have as many."""
    return max(one, other, key=lambda batches: len(_all(batches)))


def begin_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two lists of batches have the same seeds, as far as both go.

    Claims are decided on the first seeds of their list, so arms that claims of both lists read need
    such lists.
    """
    return all(a == b for a, b in zip(_all(one), _all(other), strict=False))


def _all(batches: tuple[str, ...]) -> list[int]:
    return [seed for batch in batches for seed in seeds_of(batch)]


def _disjoint(batches: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[int] = set()
    for batch in batches:
        seeds = set(seeds_of(batch))
        if seeds & seen:
            raise ValueError(f"seed {min(seeds & seen)} is in two batches")
        seen |= seeds
    if not seen:
        raise ValueError("at least one batch of seeds is needed")
    return batches


SeedBatches = Annotated[tuple[str, ...], AfterValidator(_disjoint)]
"""Batches of consecutive seeds, "first-last". To add seeds, add a batch: nothing is retrained."""
