from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.studies.lottery.test_needle import NET, RECIPE, SEEDS, weights
from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import stacked
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.studies.lottery.arms import train_members
from workflow_scripts.studies.lottery.tables import outcomes

START = weights(SEEDS)
FACTS = {"chain": "main", "rewind": 0, "level": 0}
SPLIT = RECIPE.subject.examples.train
# The same examples for everything: what is measured on one is then what is measured on another.
VALIDATED = replace(
    RECIPE, subject=replace(RECIPE.subject, examples=Examples(SPLIT, SPLIT, SPLIT, 4))
)


def members():
    return [
        Member({"arm": "ticket", "seed": seed}, arrays)
        for seed, arrays in zip(SEEDS, START.members(), strict=True)
    ]


def steps_of(history, split):
    table = read_history(history)
    return sorted(table[table.split == split].step.unique())


@pytest.mark.parametrize(
    ("first_step", "test", "validation"), [(0, [2, 6], [3, 6]), (10, [12, 16], [13, 16])]
)
def test_however_late_a_training_begins_it_has_all_steps_of_its_recipe(
    tmp_path, first_step, test, validation
):
    path = tmp_path / "history.safetensors"
    trained = train_members(members(), VALIDATED, FACTS, str(path), first_step)
    assert steps_of(path, "test") == test
    assert steps_of(path, "validation") == validation
    assert steps_of(path, "stopped") == [first_step + 6]
    whole = train(
        Ensemble(
            NET,
            stacked(START.members()),
            RECIPE.subject.examples.train,
            [stream_seed(seed, "examples") for seed in SEEDS],
            first_step=first_step,
        ),
        RECIPE.training.model_copy(update={"steps": first_step + 6}),
    )
    assert all(torch.equal(trained[name], whole[name]) for name in whole)


def test_a_finer_grid_finds_the_step_and_leaves_the_accuracy_on_the_common_grid(tmp_path):
    rows = {}
    for name, every in (("common", None), ("finer", 1)):
        path = tmp_path / f"{name}.safetensors"
        recipe = replace(VALIDATED, validated_every=every)
        train_members(members(), recipe, FACTS, str(path))
        rows[name] = outcomes(read_history(path))
        curve = read_history(path)
        wanted = [3, 6] if every is None else [1, 2, 3, 4, 5, 6]
        assert steps_of(path, "validation") == wanted
        best = curve[(curve.split == "validation") & curve.step.isin([3, 6])]
        best = best.loc[best.groupby("seed").loss.idxmin()].set_index("seed").accuracy
        assert rows[name].set_index("seed").accuracy.to_dict() == pytest.approx(best.to_dict())
    assert (rows["finer"].stopping_loss <= rows["common"].stopping_loss).all()
    np.testing.assert_array_equal(rows["finer"].accuracy, rows["common"].accuracy)


def test_a_search_that_leaves_no_history_measures_nothing():
    train_members(members(), RECIPE, {}, None)  # there are no validation examples to measure on


def test_a_repeated_recipe_has_as_many_steps_as_so_many_trainings():
    assert RECIPE.repeated(8).training.steps == 8 * RECIPE.training.steps
    assert RECIPE.repeated(8).evaluation == RECIPE.evaluation
