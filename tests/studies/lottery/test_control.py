from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.studies.lottery.arms import PRUNABLE, prunable, prunable_members
from workflow_scripts.studies.lottery.control import control_members
from workflow_scripts.studies.lottery.level import pruned
from workflow_scripts.studies.lottery.masks import keep_largest, ones, survivors
from workflow_scripts.studies.lottery.settings import LONG, Arm, Pruning

NET = Mlp([40, 30, 20, 5])
SEEDS = [3, 4]
NAMES = NET.prunable()
FACTS = {PRUNABLE: " ".join(NAMES)}
PRUNING = Pruning(scope="layer", keep=0.3, keep_output=0.6)


def weights(purpose):
    parameters = NET.initialise([stream_seed(seed, purpose) for seed in SEEDS])
    return Stored.of(parameters, FACTS)


START, DENSE, TICKET = weights("initialisation"), weights("dense"), weights("ticket")
MASKS = pruned(TICKET, None, PRUNING)


def members(*arms, masks=MASKS, seeds=SEEDS, start=START, dense=DENSE):
    return list(control_members(arms, seeds, NET, start, dense, masks, dense))


def same(ours, others):
    return ours.keys() == others.keys() and all((ours[n] == others[n]).all() for n in ours)


def counts(masks):
    return [int(mask.sum()) for mask in masks.values()]


@pytest.fixture(params=range(len(SEEDS)))
def one(request):
    """What there is of one seed, and its member of an arm."""
    number = request.param
    original, dense, mask = (
        list(source)[number]
        for source in (START.members(), DENSE.members(), prunable_members(MASKS))
    )

    def member(arm):
        found = members(arm)[number]
        assert found.facts == {"arm": arm, "seed": SEEDS[number]}
        return found

    return member, original, dense, mask


def test_where_nothing_is_pruned_fine_tuning_is_the_dense_network_going_on():
    for found, dense in zip(members("fine-tuned", masks=None), DENSE.members(), strict=True):
        assert same(found.weights, dense)
        assert survivors(found.masks) == 40 * 30 + 30 * 20 + 20 * 5


def test_reinitialised_has_the_tickets_mask_and_weights_of_another_draw(one):
    member, original, dense, mask = one
    found = member("reinitialised")
    assert same(found.masks, mask)
    assert found.weights.keys() == original.keys()
    for name in NAMES:
        assert (found.weights[name] != original[name]).all()
        assert (found.weights[name] != dense[name]).all()
        assert found.weights[name].dtype == np.float32
        assert found.weights[name].std() == pytest.approx(original[name].std(), rel=0.3)


def test_shuffled_has_the_original_weights_and_the_density_of_each_layer(one):
    member, original, _, mask = one
    found = member("shuffled")
    assert same(found.weights, original)
    assert counts(found.masks) == counts(mask)
    assert all((found.masks[name] != mask[name]).any() for name in mask)


def test_random_has_the_original_weights_and_the_density_of_the_network(one):
    member, original, _, mask = one
    found = member("random")
    assert same(found.weights, original)
    assert survivors(found.masks) == survivors(mask)
    assert counts(found.masks) != counts(mask)


def test_one_shot_keeps_the_largest_dense_weights_layer_by_layer(one):
    member, original, dense, mask = one
    found = member("one-shot")
    assert same(found.weights, original)
    assert counts(found.masks) == counts(mask)
    for name in mask:
        kept = np.abs(dense[name])[found.masks[name] == 1]
        removed = np.abs(dense[name])[found.masks[name] == 0]
        assert kept.min() >= removed.max()


def test_another_reinitialisation_differs_in_the_weights_only(one):
    member, *_ = one
    first, again = member("reinitialised"), member("reinitialised-again")
    assert same(first.masks, again.masks)
    for name in NAMES:
        assert (first.weights[name] != again.weights[name]).all()


def test_one_shot_after_long_training_keeps_the_largest_of_those_weights(one):
    *_, mask = one
    number = next(n for n, each in enumerate(prunable_members(MASKS)) if same(each, mask))
    long = weights("long")
    found = list(control_members([LONG], SEEDS, NET, START, DENSE, MASKS, long))[number]
    assert same(found.weights, list(START.members())[number])
    trained = list(long.members())[number]
    for name in mask:
        kept = np.abs(trained[name])[found.masks[name] == 1]
        assert kept.min() >= np.abs(trained[name])[found.masks[name] == 0].max()
    assert counts(found.masks) == counts(mask)


def test_fine_tuned_goes_on_with_the_trained_weights_that_one_shot_keeps(one):
    member, _, dense, _ = one
    found = member("fine-tuned")
    assert same(found.weights, dense)
    assert same(found.masks, member("one-shot").masks)


def test_fine_tuned_random_goes_on_with_trained_weights_that_are_left_by_chance(one):
    member, _, dense, mask = one
    found = member("fine-tuned-random")
    assert same(found.weights, dense)
    assert counts(found.masks) == counts(mask)
    assert not same(found.masks, member("fine-tuned").masks)
    assert not same(found.masks, member("shuffled").masks)


def test_every_arm_is_that_of_its_seed_in_whatever_company():
    together = members(*get_args(Arm))
    assert [(each.facts["arm"], each.seed) for each in together] == [
        (arm, seed) for seed in SEEDS for arm in get_args(Arm)
    ]
    for arm in reversed(get_args(Arm)):
        for alone in members(arm):
            (found,) = (m for m in together if m.facts == alone.facts)
            assert same(found.weights, alone.weights)
            assert same(found.masks, alone.masks)


def test_seeds_differ_in_everything_that_is_drawn():
    for arm in ("reinitialised", "shuffled", "random", "fine-tuned-random"):
        first, second = members(arm)
        assert not same(first.weights, second.weights)
        assert not same(first.masks, second.masks)


def test_members_do_not_change_what_they_are_made_of():
    before = {name: array.copy() for name, array in START.arrays.items()}
    members(*get_args(Arm))
    assert same(before, dict(START.arrays))


def test_an_unknown_arm_is_a_bug_of_ours():
    with pytest.raises(ValueError, match="unknown arm 'twin'"):
        members("twin")


def test_checkpoints_of_the_study_read_back_whole(tmp_path: Path):
    path = tmp_path / "trained.safetensors"
    DENSE.save(path)
    read = Stored.load(path)
    assert prunable(read) == NAMES
    assert same(dict(read.arrays), dict(DENSE.arrays))
    assert [list(each) for each in prunable_members(read)] == [NAMES] * len(SEEDS)
    assert len(list(read.members())) == len(SEEDS)


def test_snapshots_of_several_steps_share_a_file(tmp_path: Path):
    path = tmp_path / "start.safetensors"
    steps = {0: START, 10: DENSE, 1: TICKET}
    Stored.grouped({str(step): each.parameters() for step, each in steps.items()}, FACTS).save(path)
    read = Stored.load(path)
    for step, expected in steps.items():
        assert same(dict(read.group(step).arrays), dict(expected.arrays))
        assert prunable(read.group(step)) == NAMES


def test_one_shot_and_the_ticket_agree_where_the_ticket_is_one_round_old():
    first = pruned(DENSE, None, PRUNING)
    for found, mask in zip(members("one-shot", masks=first), prunable_members(first), strict=True):
        assert same(found.masks, mask)
    layer = next(prunable_members(DENSE))
    again = keep_largest(layer, ones(layer), dict(zip(NAMES, counts(first_of(first)), strict=True)))
    assert same(again, first_of(first))


def first_of(masks):
    return next(prunable_members(masks))
