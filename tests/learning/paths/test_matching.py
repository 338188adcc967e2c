import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from paths_example import INPUTS

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.paths.matching import hidden_units, match, permuted, random_orders

SIZES = [6, 7, 5, 4]


def single(seed, sizes=SIZES):
    """One network as arrays, float64, with biases that are not zero."""
    generator = np.random.default_rng(seed)
    shapes = Mlp(sizes).shapes()
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}


def logits(arrays, sizes=SIZES):
    stacked = {name: torch.from_numpy(array[None]) for name, array in arrays.items()}
    return Mlp(sizes).logits(stacked, INPUTS.double())[0].numpy()


def likeness(one, other):
    """The inner product of all weights, which matching maximises."""
    return sum(float((one[name] * other[name]).sum()) for name in one)


@given(st.integers(0, 10_000))
def test_a_permuted_network_is_the_same_function(seed):
    groups = hidden_units(Mlp(SIZES))
    network = single(seed)
    orders = random_orders(network, groups, np.random.default_rng(seed))
    moved = permuted(network, groups, orders)
    np.testing.assert_allclose(logits(moved), logits(network), rtol=1e-9, atol=1e-9)
    assert any(not np.array_equal(moved[name], network[name]) for name in network) or all(
        (order == np.arange(len(order))).all() for order in orders
    )


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_matching_undoes_a_random_permutation_exactly(seed):
    """In a network with many inputs, whose first layer alone tells its units apart."""
    sizes = [60, 9, 8, 4]
    groups = hidden_units(Mlp(sizes))
    generator = np.random.default_rng(seed)
    network = single(seed, sizes)
    copy = permuted(network, groups, random_orders(network, groups, generator))
    restored = permuted(copy, groups, match(network, copy, groups, generator))
    for name in network:
        assert np.array_equal(restored[name], network[name])


def test_one_hidden_layer_is_matched_as_well_as_by_trying_all_orders():
    sizes = [5, 6, 3]
    groups = hidden_units(Mlp(sizes))
    for seed in range(5):
        one, other = single(seed, sizes), single(seed + 100, sizes)
        best = max(
            likeness(one, permuted(other, groups, [np.array(order)]))
            for order in itertools.permutations(range(6))
        )
        found = match(one, other, groups, np.random.default_rng(0))
        assert likeness(one, permuted(other, groups, found)) == pytest.approx(best, rel=1e-12)


def test_of_two_hidden_layers_no_change_of_one_order_would_be_better():
    """Coordinate descent ends where each order is the best given the other: tried by hand."""
    sizes = [5, 4, 4, 3]
    groups = hidden_units(Mlp(sizes))
    one, other = single(0, sizes), single(1, sizes)
    found = match(one, other, groups, np.random.default_rng(0))
    reached = likeness(one, permuted(other, groups, found))
    assert reached > likeness(one, other)
    for layer in range(2):
        for order in itertools.permutations(range(4)):
            tried = [np.array(order) if at == layer else found[at] for at in range(2)]
            assert likeness(one, permuted(other, groups, tried)) <= reached + 1e-9


def test_matching_changes_the_order_of_units_and_nothing_else():
    groups = hidden_units(Mlp(SIZES))
    orders = match(single(0), single(1), groups, np.random.default_rng(0))
    for order, units in zip(orders, SIZES[1:-1], strict=True):
        assert sorted(order) == list(range(units))


def test_each_hidden_layer_is_a_group_and_outputs_are_none():
    assert hidden_units(Mlp([6, 7, 5, 4])) == [
        (("weight0", 1), ("bias0", 0), ("weight1", 0)),
        (("weight1", 1), ("bias1", 0), ("weight2", 0)),
    ]
    assert hidden_units(Mlp([6, 4])) == []
