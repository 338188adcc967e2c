"""Searches on a made-up table, against loops that do the same one repetition at a time."""

import itertools

import numpy as np
import pandas as pd
import pytest

from workflow_scripts.studies.nas.algorithms import (
    ALGORITHMS,
    evolution,
    halving,
    incumbents,
    random_search,
    reinforce,
    softmax,
)
from workflow_scripts.studies.nas.cell import named
from workflow_scripts.studies.nas.lookup import Lookup
from workflow_scripts.studies.nas.search import (
    reached,
    regrets,
    searched,
    shuffled,
    variances,
    worth_at,
)
from workflow_scripts.studies.nas.settings import Search, Space
from workflow_scripts.studies.nas.tables import members, worth

SPACE = Space(operations="csp", free=(0, 2, 5))
DRAWS = (100, 101, 102)


def search(**changes):
    settings = {
        "repetitions": 6,
        "trainings": (1, 2, 5, 10, 40),
        "levels": (0.0, 1.0, 5.0, 50.0),
        "compared": 10,
        "reinforce": {"rate": 2.0, "baseline": 0.9},
        "evolution": {"population": 4, "tournament": 2},
        "halving": {"cells": 4},
    }
    return Search.model_validate(settings | changes)


def made_table(space=SPACE):
    """More convolutions are better; draws differ."""
    random = np.random.default_rng(0)
    rows = []
    for cell in sorted({*named(space.operations, space.free), "cccscc"}):
        for draw in DRAWS:
            test = 60 + 8 * cell.count("c") - 3 * cell.count("p") + random.normal()
            rows.append((cell, draw, test, test - 1 + random.normal(), test - 9, test - 20))
    columns = ["cell", "draw", "test", "validation", "half", "quarter"]
    return pd.DataFrame(rows, columns=columns).assign(parameters=10, multiply_adds=100)


@pytest.fixture(scope="module")
def lookup():
    return Lookup.of(made_table(), SPACE)


@pytest.fixture
def feedback(lookup):
    draw = np.array([0, 1, 2, 0, 1, 2])
    return {name: values[draw] for name, values in lookup.feedback.items()}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_same_seed_searches_the_same_and_another_one_does_not(lookup, feedback, name):
    def run(seed):
        return ALGORITHMS[name](lookup, feedback, search(), np.random.default_rng(seed))

    for mine, again in zip(run(1), run(1), strict=True):
        assert np.array_equal(mine, again)
    assert not np.array_equal(run(1)[1], run(2)[1])
    costs, codes = run(1)
    assert codes.shape == (6, len(costs))
    assert costs[-1] >= 40


def test_random_search_trains_no_cell_twice_before_all_were_trained(lookup, feedback):
    _, codes = random_search(lookup, feedback, search(), np.random.default_rng(0))
    for row in codes:
        assert sorted(row[:27]) == sorted(lookup.unique)
        assert len(set(row[27:])) == 13


def test_reinforce_moves_its_policy_by_the_gradient_of_the_logarithm(lookup, feedback):
    """The update of one step, with the gradient by finite differences."""
    logits = np.random.default_rng(0).normal(size=(3, 3))
    picked = np.array([0, 2, 1])

    def log_probability(given):
        return np.log(softmax(given))[np.arange(3), picked].sum()

    wanted = np.zeros((3, 3))
    for place in np.ndindex(3, 3):
        moved = logits.copy()
        moved[place] += 1e-6
        wanted[place] = (log_probability(moved) - log_probability(logits)) / 1e-6
    found = (picked[:, None] == np.arange(3)) - softmax(logits)
    assert np.allclose(found, wanted, atol=1e-5)


def test_reinforce_is_a_loop_over_single_choices(lookup, feedback):
    settings = search(trainings=(1, 8), compared=8)
    _, codes = reinforce(lookup, feedback, settings, np.random.default_rng(5))
    random = np.random.default_rng(5)
    drawn = [random.gumbel(size=(6, 3, 3)) for _ in range(8)]
    for repetition in range(6):
        logits, baseline = np.zeros((3, 3)), None
        for step in range(8):
            policy = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
            picked = [int(np.argmax(logits[e] + drawn[step][repetition, e])) for e in range(3)]
            code = 9 * picked[0] + 3 * picked[1] + picked[2]
            assert codes[repetition, step] == code
            reward = feedback["validation"][repetition, code] / 100
            baseline = reward if baseline is None else baseline
            for edge in range(3):
                for number in range(3):
                    gradient = (number == picked[edge]) - policy[edge, number]
                    logits[edge, number] += 2.0 * (reward - baseline) * gradient
            baseline = 0.9 * baseline + 0.1 * reward


def test_reinforce_and_evolution_learn_and_random_search_does_not(lookup):
    settings = search(repetitions=50, trainings=(1, 200), compared=200)
    feedback = {name: np.tile(v[:1], (50, 1)) for name, v in lookup.feedback.items()}
    mean = {}
    for name in ("random", "reinforce", "evolution"):
        _, codes = ALGORITHMS[name](lookup, feedback, settings, np.random.default_rng(1))
        mean[name] = np.take_along_axis(feedback["validation"], codes, 1)[:, -20:].mean()
    assert mean["reinforce"] > mean["random"] + 5
    assert mean["evolution"] > mean["random"] + 2


def test_a_child_of_evolution_differs_from_one_of_the_living_in_one_operation(lookup, feedback):
    _, codes = evolution(lookup, feedback, search(), np.random.default_rng(3))
    for row in codes:
        for step in range(4, 40):
            child = lookup.picked(row[step])
            apart = [(lookup.picked(parent) != child).sum() for parent in row[step - 4 : step]]
            assert 1 in apart


def test_halving_goes_on_with_the_better_half_and_pays_only_for_what_it_trains(lookup, feedback):
    costs, codes = halving(lookup, feedback, search(), np.random.default_rng(4))
    random = np.random.default_rng(4)
    spent = 0.0
    for bracket in range(len(costs)):
        begun = random.permuted(np.tile(lookup.unique, (6, 1)), axis=1)[:, :4]
        # Four for a quarter, two of them to a half, one of these to the end.
        spent += 4 / 4 + 2 / 4 + 1 / 2
        assert costs[bracket] == spent
        for repetition, cells in enumerate(begun):
            quarter, half = (feedback[moment][repetition] for moment in ("quarter", "half"))
            kept = sorted(cells, key=lambda code: -quarter[code])[:2]
            assert codes[repetition, bracket] == max(kept, key=lambda code: half[code])


def test_the_incumbent_is_the_best_so_far_that_is_trained(feedback):
    random = np.random.default_rng(0)
    costs = np.array([1.0, 2.5, 2.5, 4.0, 9.0])
    codes = random.integers(27, size=(6, 5))
    at = np.array([0.5, 1, 2, 3, 4, 100])
    accuracy = feedback["validation"]
    found = incumbents((costs, codes), accuracy, at)
    for repetition, (place, trainings) in itertools.product(range(6), enumerate(at)):
        ready = [c for c, cost in zip(codes[repetition], costs, strict=True) if cost <= trainings]
        wanted = max(ready or codes[repetition][:1], key=lambda code: accuracy[repetition, code])
        assert found[repetition, place] == wanted


def test_regret_is_what_the_best_cell_has_more_in_the_other_draws(lookup):
    settings = search()
    found = searched(lookup, settings, 100, "edges-3")
    table = regrets(lookup, settings, found, np.array([1.0, 2.0, 3.0]))
    tested = made_table().pivot(index="draw", columns="cell", values="test")
    cells = list(named(SPACE.operations, SPACE.free))
    regret, waits = [], {level: [] for level in settings.levels}
    for repetition, draw in enumerate(found["draw"]):
        others = tested.drop(index=DRAWS[draw]).mean()
        best = max(others[cell] for cell in cells)
        path = [best - others[cells[code]] for code in found["evolution"][repetition]]
        regret.append(path[2])
        for level, each in waits.items():
            there = [t for t, r in zip(settings.trainings, path, strict=True) if r <= level]
            each.append(np.log10(there[0] if there else 40))
    row = table[(table.algorithm == "evolution") & (table.trainings == 5)].iloc[0]
    assert row.regret == pytest.approx(np.mean(regret))
    assert row.hand == pytest.approx(np.mean(np.array([1.0, 2.0, 3.0])[found["draw"]]))
    assert row.space_best - row.accuracy == pytest.approx(row.regret)
    waited = reached(lookup, settings, found)
    waited = waited[waited.algorithm == "evolution"].set_index("level").log_trainings
    for level, each in waits.items():
        assert waited[level] == pytest.approx(np.mean(each))


def test_variances_are_those_of_means_and_permuted_labels_leave_none_between_spaces(lookup):
    random = np.random.default_rng(0)
    spaces = np.array([90.0, 80.0, 50.0])[:, None, None]
    better = np.array([0.0, 1.0, 2.0, 1.0])[None, :, None]
    values = spaces + better + np.zeros((3, 4, 200))
    between, within = variances(values)
    assert between == pytest.approx(np.var([90, 80, 50], ddof=1))
    assert within == pytest.approx(np.var([0, 1, 2, 1], ddof=1))
    mixed = shuffled(values, random)
    assert np.array_equal(np.sort(mixed, axis=0), np.sort(values, axis=0))
    assert variances(mixed)[0] < 0.02 * between
    assert variances(mixed)[1] == pytest.approx(within)


def test_algorithms_are_compared_at_the_same_number_of_trainings(lookup):
    settings = search()
    found = {"one": searched(lookup, settings, 100, "one")}
    values = worth_at({"one": lookup}, found, settings, ["one"])
    assert values.shape == (1, 4, 6)
    table = regrets(lookup, settings, found["one"], np.zeros(3))
    at = table[table.trainings == settings.compared].set_index("algorithm").accuracy
    assert values.mean(2)[0] == pytest.approx(at[list(ALGORITHMS)].to_numpy())


def test_a_supernets_cell_is_worth_what_the_table_says(lookup):
    table = made_table()
    read = pd.DataFrame(
        {"space": ["s"] * 2, "cell": ["cscsss", "psssss"], "multiply_adds": [0, 64_000]}
    )
    found = worth(read.assign(seed=1), {"s": lookup}, table, steps=10, batch=64)
    tested = table.pivot(index="draw", columns="cell", values="test")
    cells = sorted(set(named(SPACE.operations, SPACE.free)))
    # The mean over draws of the mean of the other draws is the mean of all.
    assert found.accuracy.tolist() == pytest.approx(
        [tested.mean()["cscsss"], tested.mean()["psssss"]]
    )
    regret = np.mean([tested.drop(index=d).mean()[cells].max() for d in DRAWS]) - found.accuracy
    assert found.regret.tolist() == pytest.approx(regret.tolist())
    assert found.trainings.tolist() == [0, 1]
    assert found.above_mean[0] > 0 > found.above_mean[1]


def test_every_cell_of_every_space_has_a_row():
    table = made_table()
    rows = members(table, {"s": SPACE}, "cccscc")
    assert rows.groupby("space").size().to_dict() == {"hand": 1, "s": 27}
    one = table[table.cell == "cccscc"].test
    assert rows[rows.space == "hand"].noise.iloc[0] == pytest.approx(one.std(ddof=1) / 3**0.5)
