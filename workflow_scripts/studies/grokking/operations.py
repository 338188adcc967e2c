"""Tables of binary operations, and which of their entries a seed trains on."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from workflow_scripts.studies.grokking.settings import Table


@dataclass(frozen=True)
class Entries:
    """All entries of a table, for several seeds."""

    pairs: np.ndarray
    """`[P, 2]` int64: the operands."""
    answers: np.ndarray
    """`[seeds, P]` int64: what each seed is taught; the same for all unless answers are random."""
    train: np.ndarray
    """`[seeds, P]` bool: the training examples of each seed, as many for each."""

    @property
    def rows(self) -> np.ndarray:
        """`[seeds, N]`: the training examples, in the order of the table."""
        return np.stack([np.flatnonzero(each) for each in self.train])


def entries(table: Table, random: list[np.random.Generator]) -> Entries:
    """The table and its split; one generator a seed.

    A seed's order of entries depends on their number alone: it has the same training examples in
    all conditions of one share, and with a larger share the same and more.
    """
    pairs, answers = operation(table)
    size = round(table.fraction * len(pairs))
    train = np.zeros((len(random), len(pairs)), dtype=bool)
    taught = np.tile(answers, (len(random), 1))
    for number, generator in enumerate(random):
        train[number, generator.permutation(len(pairs))[:size]] = True
        if table.operation == "random":
            taught[number] = generator.integers(table.symbols, size=len(pairs))
    return Entries(pairs, taught, train)


def operation(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Operands `[P, 2]` and the symbol `[P]` they give; all pairs for which there is one.

    `compose`: symbols are permutations in lexicographic order, and (f, g) gives f ∘ g: first g.
    `random`: the answers of `add`, to be replaced.
    """
    count = table.symbols
    first, second = (each.ravel() for each in np.indices((count, count)))
    if table.operation == "compose":
        answers = _compositions(table.size)[first, second]
    elif table.operation == "divide":
        first, second = first[second > 0], second[second > 0]
        inverses = np.array([0] + [pow(n, -1, count) for n in range(1, count)])
        answers = first * inverses[second] % count
    elif table.operation == "subtract":
        answers = (first - second) % count
    else:
        answers = (first + second) % count
    return np.stack([first, second], axis=1), answers


def _compositions(things: int) -> np.ndarray:
    permutations = np.array(list(itertools.permutations(range(things))))
    composed = permutations[:, permutations]  # [f, g, thing]: f(g(thing))
    place = things ** np.arange(things)[::-1]
    numbers = permutations @ place  # ascending, because the order is lexicographic
    assert len(numbers) == math.factorial(things)
    return np.searchsorted(numbers, composed @ place)
