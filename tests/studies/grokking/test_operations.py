import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.studies.grokking.operations import entries, operation
from workflow_scripts.studies.grokking.settings import Table

PRIMES = [2, 3, 5, 7, 11, 13]


def table(name, size, fraction=0.4):
    return Table(operation=name, size=size, fraction=fraction)


def generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


@given(some.integers(2, 30), some.sampled_from(["add", "subtract"]))
def test_sums_and_differences_are_those_of_the_integers(size, name):
    pairs, answers = operation(table(name, size))
    assert len({tuple(pair) for pair in pairs}) == size**2
    for (a, b), answer in zip(pairs.tolist(), answers.tolist(), strict=True):
        assert 0 <= answer < size
        assert (a + b - answer if name == "add" else a - b - answer) % size == 0


@pytest.mark.parametrize("size", PRIMES)
def test_a_quotient_times_its_divisor_is_the_dividend_and_nothing_is_divided_by_zero(size):
    pairs, answers = operation(table("divide", size))
    assert len({tuple(pair) for pair in pairs}) == size * (size - 1)
    assert (pairs[:, 1] > 0).all()
    assert ((answers * pairs[:, 1] - pairs[:, 0]) % size == 0).all()
    assert ((answers >= 0) & (answers < size)).all()


@pytest.mark.parametrize("things", [2, 3, 4, 5])
def test_compositions_are_those_of_the_permutations_applied_one_after_the_other(things):
    permutations = list(itertools.permutations(range(things)))
    number = {permutation: n for n, permutation in enumerate(permutations)}
    pairs, answers = operation(table("compose", things))
    assert len(pairs) == len(permutations) ** 2
    for (f, g), answer in list(zip(pairs.tolist(), answers.tolist(), strict=True))[::7]:
        composed = tuple(permutations[f][permutations[g][thing]] for thing in range(things))
        assert number[composed] == answer


def test_compositions_are_a_group_and_not_a_commutative_one():
    _pairs, answers = operation(table("compose", 4))
    square = answers.reshape(24, 24)
    for row in (*square, *square.T):
        assert sorted(row) == list(range(24))
    assert (square[0] == np.arange(24)).all()
    assert (square[square[5, 7], 11] == square[5, square[7, 11]]).all()
    assert (square != square.T).any()


def test_each_seed_trains_on_its_own_share_of_the_same_size():
    chosen = entries(table("add", 11, 0.4), generators(0, 1, 2))
    assert chosen.train.shape == (3, 121)
    assert chosen.train.sum(1).tolist() == [48, 48, 48]  # 4 of 11 and 22 pairs of 55
    assert (chosen.train[0] != chosen.train[1]).any()
    for rows, train in zip(chosen.rows, chosen.train, strict=True):
        assert rows.tolist() == np.flatnonzero(train).tolist()


@pytest.mark.parametrize("name", ["add", "subtract", "divide", "compose", "random"])
def test_a_fact_that_is_asked_twice_is_on_one_side_of_the_split(name):
    made = entries(table(name, 4 if name == "compose" else 13), generators(0, 1))
    right = operation(table("add", 13))[1] if name == "random" else made.answers[0]
    place = {tuple(pair): number for number, pair in enumerate(made.pairs.tolist())}
    apart = [
        (number, mirror)
        for (first, second), number in place.items()
        if (mirror := place.get((second, first))) is not None and right[mirror] == right[number]
    ]
    assert (
        sum(number != mirror for number, mirror in apart)
        == {
            "add": 156,
            "random": 156,
            "subtract": 0,
            "divide": 12,  # a / b = b / a where a = −b
            "compose": 24 * 5 - 24,  # a group of 24 with 5 classes
        }[name]
    )
    for number, mirror in apart:
        assert (made.train[:, number] == made.train[:, mirror]).all()


def test_a_seed_has_the_same_examples_of_a_table_and_more_of_them_in_a_larger_share():
    alone = entries(table("add", 11, 0.4), generators(3))
    among = entries(table("add", 11, 0.4), generators(2, 3))
    random = entries(table("random", 11, 0.4), generators(3))
    more = entries(table("add", 11, 0.5), generators(3))
    assert (alone.train[0] == among.train[1]).all()
    assert (alone.train[0] == random.train[0]).all()
    assert (more.train[0] >= alone.train[0]).all()


def test_random_answers_are_each_seeds_own_and_even():
    made = entries(table("random", 29), generators(0, 1))
    right = entries(table("add", 29), generators(0, 1))
    assert (made.answers[0] != made.answers[1]).mean() > 0.9
    assert (made.answers != right.answers).mean() == pytest.approx(28 / 29, abs=0.02)
    counts = np.bincount(made.answers.ravel(), minlength=29)
    assert counts.min() > 30
    assert made.answers.max() == 28


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"operation": "divide", "size": 9}, "must be a prime"),
        ({"operation": "compose", "size": 7}, "at most 6"),
        ({"operation": "add", "size": 1}, "greater than or equal to 2"),
    ],
)
def test_tables_that_do_not_exist_are_refused(given_, message):
    with pytest.raises(ValueError, match=message):
        Table.model_validate({"fraction": 0.4} | given_)
