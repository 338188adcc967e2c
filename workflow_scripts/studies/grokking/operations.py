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

    Entries (a, b) and (b, a) with the same answer are one fact, and are either both training
    examples or both held out. The order in which the facts of a seed are taken depends only on the
    table: a seed has the same training examples in all conditions with one table and share, and a
    larger share adds to them. Random answers are asked for the entries of addition.
    """
    pairs, answers = operation(table)
    alone, mirrored = _facts(pairs, answers)
    train = np.zeros((len(random), len(pairs)), dtype=bool)
    taught = np.tile(answers, (len(random), 1))
    for number, generator in enumerate(random):
        for facts in (alone, mirrored):
            size = round(table.fraction * len(facts))
            train[number, facts[generator.permutation(len(facts))[:size]].ravel()] = True
        if table.operation == "random":
            taught[number] = generator.integers(table.symbols, size=len(pairs))
    return Entries(pairs, taught, train)


def _facts(pairs: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Entries `[n, 1]` without a mirror that has the same answer, and `[n, 2]` with one."""
    place = {pair: number for number, pair in enumerate(map(tuple, pairs.tolist()))}
    alone, mirrored = [], []
    for number, (first, second) in enumerate(pairs.tolist()):
        mirror = place.get((second, first))
        if mirror is None or mirror == number or answers[mirror] != answers[number]:
            alone.append(number)
        elif number < mirror:
            mirrored.append((number, mirror))
    return (
        np.array(alone, dtype=np.int64).reshape(-1, 1),
        np.array(mirrored, dtype=np.int64).reshape(-1, 2),
    )


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
