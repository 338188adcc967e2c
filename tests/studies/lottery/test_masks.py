import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.studies.lottery.arms import PRUNABLE, prunable, prunable_members
from workflow_scripts.studies.lottery.level import pruned
from workflow_scripts.studies.lottery.masks import (
    keep_largest,
    keep_largest_overall,
    ones,
    prune,
    prune_to,
    scattered,
    shuffled,
    survivors,
)
from workflow_scripts.studies.lottery.settings import Pruning

LENET = {"weight0": (784, 300), "weight1": (300, 100), "weight2": (100, 10)}
BY_LAYER = Pruning(scope="layer", keep=0.8, keep_output=0.9)
OVERALL = Pruning(scope="network", keep=0.64)

SHAPES = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=2, max_size=4)


@st.composite
def networks(draw):
    """Weights of a small network, with ties, and masks that are already pruned."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights, masks = {}, {}
    for layer, shape in enumerate(draw(SHAPES)):
        weights[f"weight{layer}"] = random.integers(-4, 5, shape).astype(np.float32)
        masks[f"weight{layer}"] = (random.random(shape) < 0.8).astype(np.float32)
    return weights, masks


def drawn(shapes, seed=0):
    random = np.random.default_rng(seed)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def counts(masks):
    return [int(mask.sum()) for mask in masks.values()]


def assert_masks(after, before):
    assert list(after) == list(before)
    for name, mask in after.items():
        assert (mask.dtype, mask.shape) == (np.float32, before[name].shape)
        assert np.isin(mask, (0, 1)).all()


def brute_force(weights, masks, keep):
    """Python's own sort of (layer, position) by magnitude; of equal ones the earlier stays."""
    alive = [
        (-abs(float(weights[name].flat[i])), number, i)
        for number, name in enumerate(masks)
        for i in range(masks[name].size)
        if masks[name].flat[i]
    ]
    kept = {(number, i) for _, number, i in sorted(alive)[:keep]}
    return {
        name: np.array(
            [(number, i) in kept for i in range(masks[name].size)], dtype=np.float32
        ).reshape(masks[name].shape)
        for number, name in enumerate(masks)
    }


@given(networks(), st.floats(0.05, 0.95), st.none() | st.floats(0.05, 1))
def test_a_round_by_layer_keeps_the_largest_of_each_layer(network, keep, keep_output):
    weights, masks = network
    after = prune(weights, masks, Pruning(scope="layer", keep=keep, keep_output=keep_output))
    assert_masks(after, masks)
    for name in masks:
        share = keep if keep_output is None or name != list(masks)[-1] else keep_output
        expected = brute_force(
            {name: weights[name]}, {name: masks[name]}, round(share * int(masks[name].sum()))
        )
        np.testing.assert_array_equal(after[name], expected[name])


@given(networks(), st.floats(0.05, 0.95))
def test_a_round_over_the_network_keeps_the_largest_of_all_layers(network, keep):
    weights, masks = network
    after = prune(weights, masks, Pruning(scope="network", keep=keep))
    assert_masks(after, masks)
    expected = brute_force(weights, masks, round(keep * survivors(masks)))
    for name in masks:
        np.testing.assert_array_equal(after[name], expected[name])


@given(networks(), st.sampled_from([BY_LAYER, OVERALL]), st.integers(0, 2**32))
def test_later_masks_are_subsets_whatever_the_weights_have_become(network, pruning, seed):
    weights, masks = network
    random = np.random.default_rng(seed)
    for _ in range(4):
        after = prune(weights, masks, pruning)
        assert all((after[name] <= masks[name]).all() for name in masks)
        assert survivors(after) <= survivors(masks)
        masks = after
        weights = {n: random.normal(size=w.shape).astype(np.float32) for n, w in weights.items()}


def test_ties_are_broken_by_position_also_between_signs_and_layers():
    weights = {"a": np.array([[1.0, -1.0], [2.0, 1.0]]), "b": np.array([[1.0, -2.0]])}
    masks = ones(weights)
    assert keep_largest(weights, masks, {"a": 2, "b": 1})["a"].tolist() == [[1, 0], [1, 0]]
    overall = keep_largest_overall(weights, masks, 4)
    assert overall["a"].tolist() == [[1, 1], [1, 0]]
    assert overall["b"].tolist() == [[0, 1]]


def test_a_pruned_weight_never_comes_back_however_large_it_is():
    weights = {"a": np.array([9.0, 0.0, 0.0, 1.0])}
    masks = {"a": np.array([0, 1, 1, 1], dtype=np.float32)}
    assert keep_largest(weights, masks, {"a": 2})["a"].tolist() == [0, 1, 0, 1]
    assert keep_largest(weights, masks, {"a": 4})["a"].tolist() == [0, 1, 1, 1]
    assert keep_largest(weights, masks, {"a": 0})["a"].tolist() == [0, 0, 0, 0]


def test_the_ladder_of_lenet_300_100_is_that_of_the_paper():
    weights = drawn(LENET)
    masks = ones(weights)
    assert survivors(masks) == 266_200
    sizes = [int(np.prod(shape)) for shape in LENET.values()]
    for level in range(1, 21):
        masks = prune(weights, masks, BY_LAYER)
        *hidden, output = counts(masks)
        for count, size in zip(hidden, sizes, strict=False):
            # Each round rounds by half a weight at most, and later rounds shrink what it did.
            assert abs(count - 0.8**level * size) <= 0.5 / (1 - 0.8)
        assert abs(output - 0.9**level * sizes[-1]) <= 0.5 / (1 - 0.9)
        assert output / sizes[-1] > hidden[0] / sizes[0]
        if level == 7:  # "21.1 %" in the paper's Fig. 4
            assert 100 * survivors(masks) / 266_200 == pytest.approx(21.1, abs=0.05)
    assert survivors(masks) < 0.02 * 266_200


@settings(max_examples=200)
@given(networks(), st.floats(0.1, 0.9), st.floats(0, 1), st.data())
def test_pruning_to_a_number_leaves_exactly_that_many(network, keep, milder, data):
    weights, masks = network
    before = counts(masks)
    assume(all(before))
    keep_output = keep + (1 - keep) * milder
    mildness = (1 - keep_output) / (1 - keep)
    # Fewer than this cannot be had in the wanted proportion: the hidden layers would be empty.
    fewest = int((1 - mildness) * before[-1]) + 1
    total = data.draw(st.integers(min(fewest, sum(before)), sum(before)))
    pruning = Pruning(scope="layer", keep=keep, keep_output=keep_output)
    after = prune_to(weights, masks, pruning, total)
    assert_masks(after, masks)
    assert survivors(after) == total
    assert all((after[name] <= masks[name]).all() for name in masks)


@pytest.mark.parametrize("total", [501, 1000, 7999, 8000, 8001, 100_000, 266_199, 266_200])
@pytest.mark.parametrize("pruning", [BY_LAYER, OVERALL], ids=["layer", "network"])
def test_pruning_lenet_to_a_number_leaves_exactly_that_many(total, pruning):
    weights = drawn(LENET)
    after = prune_to(weights, ones(weights), pruning, total)
    assert survivors(after) == total


@pytest.mark.parametrize("total", [0, 1, 100, 499])
def test_fewer_weights_than_the_output_layer_keeps_are_refused(total):
    weights = drawn(LENET)
    with pytest.raises(UserError, match=rf"needles\.survivors: {total} weights are fewer than"):
        prune_to(weights, ones(weights), BY_LAYER, total)


def test_pruning_to_a_number_is_a_round_when_the_number_is_a_rounds():
    weights = drawn(LENET)
    for pruning in (BY_LAYER, OVERALL):
        masks = ones(weights)
        for _ in range(3):
            after = prune(weights, masks, pruning)
            exact = prune_to(weights, masks, pruning, survivors(after))
            assert all((after[name] == exact[name]).all() for name in after)
            masks = after


def test_the_output_layer_is_pruned_milder_to_a_number_too():
    weights = drawn(LENET)
    after = prune_to(weights, ones(weights), BY_LAYER, 150_000)
    removed = [1 - mask.mean() for mask in after.values()]
    assert removed[0] == pytest.approx(removed[1], abs=1e-4)
    assert removed[2] == pytest.approx(removed[0] / 2, abs=1e-3)


def test_more_weights_than_there_are_cannot_be_kept():
    weights = drawn(LENET)
    masks = prune(weights, ones(weights), BY_LAYER)
    with pytest.raises(UserError, match=r"needles\.survivors: 266200 weights asked for, but only"):
        prune_to(weights, masks, BY_LAYER, 266_200)


def test_shuffled_masks_keep_the_density_of_each_layer_and_nothing_else():
    masks = prune(drawn(LENET), ones(drawn(LENET)), OVERALL)
    after = shuffled(masks, np.random.default_rng(0))
    assert_masks(after, masks)
    assert counts(after) == counts(masks)
    for name, mask in masks.items():
        density = mask.mean()
        # Two independent masks of one density agree on d² + (1 − d)² of the places.
        agreement = (after[name] == mask).mean()
        expected = density**2 + (1 - density) ** 2
        assert agreement == pytest.approx(expected, abs=5 / np.sqrt(mask.size))


def test_scattered_masks_keep_the_density_of_the_network_only():
    masks = prune(
        drawn(LENET), ones(drawn(LENET)), Pruning(scope="layer", keep=0.1, keep_output=0.9)
    )
    after = scattered(masks, np.random.default_rng(0))
    assert_masks(after, masks)
    assert survivors(after) == survivors(masks)
    density = survivors(masks) / 266_200
    for mask in after.values():
        error = np.sqrt(density * (1 - density) / mask.size)
        assert mask.mean() == pytest.approx(density, abs=5 * error)
    assert masks["weight2"].mean() > 0.85 > 0.2 > after["weight2"].mean()


@pytest.mark.parametrize("random_mask", [shuffled, scattered])
def test_random_masks_are_those_of_their_stream(random_mask):
    masks = prune(
        drawn({"a": (9, 9), "b": (5, 5)}), ones(drawn({"a": (9, 9), "b": (5, 5)})), OVERALL
    )
    first, again, other = (random_mask(masks, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all((first[name] == again[name]).all() for name in masks)
    assert any((first[name] != other[name]).any() for name in masks)


@pytest.mark.parametrize("random_mask", [shuffled, scattered])
def test_random_masks_reach_every_arrangement(random_mask):
    masks = {"a": np.array([1, 0], dtype=np.float32), "b": np.array([1, 0], dtype=np.float32)}
    random = np.random.default_rng(0)
    found = set()
    for _ in range(300):
        after = random_mask(masks, random)
        found.add(tuple(map(int, np.concatenate(list(after.values())))))
    wanted = set(itertools.product((0, 1), repeat=4))
    if random_mask is shuffled:
        assert found == {w for w in wanted if sum(w[:2]) == 1 == sum(w[2:])}
    else:
        assert found == {w for w in wanted if sum(w) == 2}


def test_a_step_of_pruning_treats_each_network_by_itself():
    names = ("weight0", "weight1")
    shapes = {"weight0": (4, 6, 5), "weight1": (4, 5, 3), "bias0": (4, 5)}
    trained = Stored(drawn(shapes), {PRUNABLE: " ".join(names)})
    first = pruned(trained, None, BY_LAYER)
    second = pruned(trained, first, BY_LAYER)
    assert prunable(first) == list(names)
    assert set(first.arrays) == set(names)
    for member, (weights, before) in enumerate(
        zip(prunable_members(trained), prunable_members(first), strict=True)
    ):
        alone = prune(weights, ones(weights), BY_LAYER)
        assert all((alone[name] == before[name]).all() for name in names)
        alone = prune(weights, before, BY_LAYER)
        assert all((alone[name] == second.arrays[name][member]).all() for name in names)
