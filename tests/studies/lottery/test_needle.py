import itertools
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.lottery.arms import PRUNABLE, Recipe, prunable_members
from workflow_scripts.studies.lottery.masks import survivors
from workflow_scripts.studies.lottery.needle import found, search, targets
from workflow_scripts.studies.lottery.settings import Evaluation, Pruning

torch.set_num_threads(1)
NET = Mlp([12, 10, 4])
SEEDS = [0, 1]
GENERATOR = torch.Generator().manual_seed(0)
INPUTS = torch.randn(40, 12, generator=GENERATOR)
SPLIT = Split(INPUTS, ClassNumbers(torch.randint(0, 4, (40,), generator=GENERATOR)))
RECIPE = Recipe(
    Subject(NET, Examples(SPLIT, SPLIT.first(0), SPLIT, 4), torch.device("cpu")),
    Training(optimiser={"kind": "sgd"}, learning_rate=0.1, batch_size=8, steps=6),
    Evaluation(early_step=2, every=3),
)
PRUNING = Pruning(scope="layer", keep=0.8, keep_output=0.9)
PARENT = 12 * 10 + 10 * 4


def weights(seeds):
    return Stored.of(NET.initialise(seeds), {PRUNABLE: " ".join(NET.prunable())})


def states(folder: Path, count):
    made = [ResumeState(folder / f"round-{number}.safetensors", "key") for number in range(count)]
    for state in made:
        state.keeps_end = True
    return made


@given(parent=st.integers(100, 10**6), share=st.floats(0.01, 0.99), rounds=st.integers(1, 20))
def test_the_ladder_falls_by_one_share_to_the_number_asked_for(parent, share, rounds):
    wanted = max(1, round(parent * share))
    ladder = targets(parent, wanted, rounds)
    assert len(ladder) == rounds
    assert ladder[-1] == wanted
    steps = [parent, *ladder]
    assert all(before >= after for before, after in itertools.pairwise(steps))
    assert ladder[0] == pytest.approx(parent * (wanted / parent) ** (1 / rounds), abs=0.51)


def test_every_seed_ends_with_the_number_asked_for_and_masks_are_nested(tmp_path):
    start, dense = weights(SEEDS), weights([7, 8])
    ladder = targets(PARENT, 40, 3)
    masks = search(start, dense, SEEDS, RECIPE, PRUNING, ladder, states(tmp_path, 3))
    assert [survivors(mask) for mask in masks] == [40, 40]
    first = search(start, dense, SEEDS, RECIPE, PRUNING, ladder[:1], states(tmp_path, 1))
    for narrow, wide in zip(masks, first, strict=True):
        assert all((narrow[name] <= wide[name]).all() for name in narrow)


def test_rounds_that_were_trained_before_a_kill_are_not_trained_again(tmp_path):
    arguments = (weights(SEEDS), weights([7, 8]), SEEDS, RECIPE, PRUNING)
    ladder = targets(PARENT, 40, 3)
    whole = search(*arguments, ladder, states(tmp_path, 3))
    kept = states(tmp_path, 3)
    assert int(kept[0].load()["step"]) == int(kept[1].load()["step"]) == RECIPE.training.steps
    before = kept[1].path.read_bytes()
    again = search(*arguments, ladder, kept)
    assert kept[1].path.read_bytes() == before
    for ours, others in zip(whole, again, strict=True):
        assert all((ours[name] == others[name]).all() for name in ours)


def test_beside_each_ticket_stand_shuffled_ones_of_the_same_layers_on_the_same_weights():
    start = weights(SEEDS)
    tickets = [
        {n: (w > 0).astype("float32") for n, w in m.items()} for m in prunable_members(start)
    ]
    members = found(SEEDS, start, tickets, 2)
    assert [(member.facts["arm"], member.seed, member.facts["draw"]) for member in members] == [
        ("ticket", 0, 0),
        ("shuffled", 0, 1),
        ("shuffled", 0, 2),
        ("ticket", 1, 0),
        ("shuffled", 1, 1),
        ("shuffled", 1, 2),
    ]
    assert any((members[1].masks[n] != members[2].masks[n]).any() for n in members[1].masks)
    pairs = [(0, 1), (0, 2), (3, 4), (3, 5)]
    for ticket, other in ((members[one], members[two]) for one, two in pairs):
        assert all((ticket.weights[n] == other.weights[n]).all() for n in ticket.weights)
        for name, mask in ticket.masks.items():
            assert mask.sum() == other.masks[name].sum()
            assert (mask != other.masks[name]).any()
