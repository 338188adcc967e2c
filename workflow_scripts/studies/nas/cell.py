"""Cells: which operation stands on each edge between four nodes, and what is one cell."""

import itertools
from collections.abc import Iterator, Sequence

NODES = 4
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""Source and target of each edge, in the order of the letters of a cell."""
CONVOLUTION, DILATED, SKIP, POOL, NONE = "c", "d", "s", "p", "n"
DILATIONS = {CONVOLUTION: 1, DILATED: 3}
"""The distance of the taps of each operation that has weights."""
Choices = Sequence[Sequence[str]]
"""For every edge its operations: one in a cell, several in a supernet, none at all on no edge."""


def choices(cell: str) -> Choices:
    """The operations of a cell, such as "cdscps"."""
    return [() if letter == NONE else (letter,) for letter in cell]


def convolved(operations: Sequence[str]) -> int:
    """The number of operations that have weights."""
    return sum(operation in DILATIONS for operation in operations)


def alive(cell: str) -> str:
    """The same cell without edges that carry nothing from the first to the last node."""
    fed, used = {0}, {NODES - 1}
    for (source, target), letter in zip(EDGES, cell, strict=True):
        if letter != NONE and source in fed:
            fed.add(target)
    for (source, target), letter in reversed(list(zip(EDGES, cell, strict=True))):
        if letter != NONE and target in used:
            used.add(source)
    return "".join(
        letter if source in fed and target in used else NONE
        for (source, target), letter in zip(EDGES, cell, strict=True)
    )


def canonical(cell: str) -> str:
    """The one name of all cells that compute the same: no dead edges, the lesser of two orders.

    The two inner nodes can change places if no edge joins them.
    """
    cell = alive(cell)
    if cell[2] != NONE:
        return cell
    swapped = alive(cell[1] + cell[0] + NONE + cell[3] + cell[5] + cell[4])
    return min(cell, swapped)


def free_edges(operations: str, free: Sequence[int]) -> Choices:
    """All `operations` on the edges numbered in `free`, a skip connection on every other edge."""
    return [tuple(operations) if edge in free else (SKIP,) for edge in range(len(EDGES))]


def named(operations: str, free: Sequence[int]) -> Iterator[str]:
    """The canonical cell of every choice on the `free` edges, in the order of the product.

    The first free edge varies slowest. Different choices may be the same cell.
    """
    for picked in itertools.product(*free_edges(operations, free)):
        yield canonical("".join(picked))
