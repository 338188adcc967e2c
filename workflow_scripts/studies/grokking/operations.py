"""Tables of binary operations, and the entries on which each seed is trained."""

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
    """`[seeds, P]` int64: the answers for each seed, the same for all unless they are random."""
    train: np.ndarray
    """`[seeds, P]` bool: the training examples of each seed, the same number for all."""

    @property
    def rows(self) -> np.ndarray:
        """`[seeds, N]`: the training examples, in the order of the table."""
        return np.stack([np.flatnonzero(each) for each in self.train])


def entries(table: Table, random: list[np.random.Generator]) -> Entries:
    """The table and its split; one generator per seed.

    The order of the entries of a seed depends only on their number: it has the same training
    examples in all conditions with one share, and a larger share adds to them.
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
    """Operands `[P, 2]` and their results `[P]`, for all pairs that have a result.

    `compose`: symbols are permutations in lexicographic order; (f, g) gives f ∘ g (apply g first).
    `random`: the answers of `add`, to be replaced by random ones.
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
    numbers = permutations @ place  # increasing, because the order is lexicographic
    assert len(numbers) == math.factorial(things)
    return np.searchsorted(numbers, composed @ place)
