"""Search algorithms on a table, many independent repetitions of each at once.

Each returns which cells it trained to the end, in order: the trainings that were spent until then
`[N]`, and the choices `[R, N]`. `feedback` are validation accuracies `[R, choices]` of repetitions.
"""

from collections.abc import Callable

import numpy as np

from workflow_scripts.studies.nas.lookup import Lookup
from workflow_scripts.studies.nas.settings import Search

Trained = tuple[np.ndarray, np.ndarray]
Feedback = dict[str, np.ndarray]
"""Validation accuracy (%) `[R, choices]`, by name of the moment of the training."""
Algorithm = Callable[[Lookup, Feedback, Search, np.random.Generator], Trained]


def random_search(
    space: Lookup, feedback: Feedback, search: Search, random: np.random.Generator
) -> Trained:
    """Cells drawn without replacement; all again once all have been drawn."""
    repetitions, most = len(feedback["validation"]), search.trainings[-1]
    return np.arange(1.0, most + 1), _drawn(space, repetitions, most, random)


def reinforce(
    space: Lookup, feedback: Feedback, search: Search, random: np.random.Generator
) -> Trained:
    """A policy for each edge, moved by the gradient of the expected accuracy (Williams 1992)."""
    accuracy, settings = feedback["validation"], search.reinforce
    repetitions, most = len(accuracy), search.trainings[-1]
    every = np.arange(repetitions)
    logits = np.zeros((repetitions, space.edges, space.operations))
    baseline = np.zeros(repetitions)
    codes = np.zeros((repetitions, most), dtype=np.int64)
    for step in range(most):
        policy = softmax(logits)
        picked = (logits + random.gumbel(size=logits.shape)).argmax(2)
        codes[:, step] = space.code(picked)
        reward = accuracy[every, codes[:, step]] / 100
        if step == 0:
            baseline = reward
        advantage = (reward - baseline)[:, None, None]
        baseline = settings.baseline * baseline + (1 - settings.baseline) * reward
        chosen = picked[:, :, None] == np.arange(space.operations)
        logits = logits + settings.rate * advantage * (chosen - policy)
    return np.arange(1.0, most + 1), codes


def evolution(
    space: Lookup, feedback: Feedback, search: Search, random: np.random.Generator
) -> Trained:
    """The best of a tournament has a child with one other operation; the oldest dies."""
    accuracy, settings = feedback["validation"], search.evolution
    repetitions, most = len(accuracy), search.trainings[-1]
    every = np.arange(repetitions)
    first = min(settings.population, most)
    codes = np.zeros((repetitions, most), dtype=np.int64)
    shape = (repetitions, first, space.edges)
    codes[:, :first] = space.code(random.integers(space.operations, size=shape))
    for step in range(first, most):
        # The living are the last `population` that were trained.
        sampled = step - 1 - random.integers(first, size=(repetitions, settings.tournament))
        rivals = np.take_along_axis(codes, sampled, 1)
        best = np.take_along_axis(accuracy, rivals, 1).argmax(1)
        child = space.picked(rivals[every, best])
        edge = random.integers(space.edges, size=repetitions)
        other = random.integers(1, space.operations, size=repetitions)
        child[every, edge] = (child[every, edge] + other) % space.operations
        codes[:, step] = space.code(child)
    return np.arange(1.0, most + 1), codes


def halving(
    space: Lookup, feedback: Feedback, search: Search, random: np.random.Generator
) -> Trained:
    """Brackets: the better half of the cells after a quarter of the steps, a half of it after half.

    A training that goes on costs only what it goes on for.
    """
    repetitions, most = len(feedback["validation"]), search.trainings[-1]
    begin = search.halving.cells
    costs, codes, spent = [], [], 0.0
    while spent < most:
        going = _drawn(space, repetitions, begin, random)
        spent += going.shape[1] / 4
        for moment, share in (("quarter", 1 / 4), ("half", 1 / 2)):
            seen = np.take_along_axis(feedback[moment], going, 1)
            kept = max(1, going.shape[1] // 2)
            better = np.argsort(-seen, axis=1, kind="stable")[:, :kept]
            going = np.take_along_axis(going, better, 1)
            spent += kept * share
        costs += [spent] * going.shape[1]
        codes.append(going)
    return np.array(costs), np.concatenate(codes, 1)


ALGORITHMS: dict[str, Algorithm] = {
    "random": random_search,
    "reinforce": reinforce,
    "evolution": evolution,
    "halving": halving,
}


def incumbents(trained: Trained, accuracy: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The choice `[R, T]` with the best accuracy so far after `at` `[T]` trainings.

    Before the first training is complete it is the first cell that will be.
    """
    costs, codes = trained
    found = np.take_along_axis(accuracy, codes, 1)
    best = np.maximum.accumulate(found, axis=1)
    renewed = np.where(np.diff(best, axis=1, prepend=-np.inf) > 0, np.arange(len(costs)), 0)
    place = np.maximum.accumulate(renewed, axis=1)
    last = np.maximum(np.searchsorted(costs, at, side="right") - 1, 0)
    return np.take_along_axis(codes, place[:, last], 1)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _drawn(space: Lookup, repetitions: int, number: int, random: np.random.Generator) -> np.ndarray:
    """Different cells `[R, number]`, and all again once all have been drawn."""
    unique = space.unique
    rounds = -(-number // len(unique))
    orders = [random.permuted(np.tile(unique, (repetitions, 1)), axis=1) for _ in range(rounds)]
    return np.concatenate(orders, 1)[:, :number]
