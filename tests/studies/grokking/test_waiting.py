import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.learning.ensemble.kept import Kept
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.side_by_side import side_by_side
from workflow_scripts.studies.grokking.events import first_kept
from workflow_scripts.studies.grokking.settings import Condition, Generalisation
from workflow_scripts.studies.grokking.train import train_condition

CONDITION = {
    "table": {"operation": "subtract", "size": 23, "fraction": 0.7},
    "network": {"kind": "pair-mlp", "embedding": 32, "hidden": 64},
    "training": {
        "optimiser": {"kind": "adamw", "betas": [0.9, 0.98]},
        "learning_rate": 0.02,
        "weight_decay": 1.0,
        "batch_size": None,
        "steps": 400,
    },
    "measured": [[0, 5]],
}
EASY = Generalisation(level=0.3, hold=10)


def condition(**changes):
    return Condition.model_validate(CONDITION | changes)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0, 1, 1, 1], (20, 40)),
        ([0, 1, 0, 1, 1], None),  # a bump, and then not seen for long enough
        ([1, 0, 0, 0, 0], None),
        ([1, 1, 1, 0, 0], (0, 20)),  # what comes later does not count
        ([0, 0.5, 0.5, 0.5, 1], (10, 30)),  # at the level is enough
        ([0, 0, 0, 0, 1], None),
        ([1, np.nan, 1, np.nan, 1], None),  # a network that diverged
    ],
)
def test_a_level_is_reached_where_it_is_kept(values, expected):
    steps = 10 * np.arange(5)
    assert first_kept(steps, np.array(values), 0.5, 20) == expected


@given(some.lists(some.booleans(), min_size=1, max_size=30), some.integers(0, 10))
def test_it_is_the_first_run_that_is_long_enough(values, hold):
    steps = 2 * np.arange(len(values))
    found = None
    for start in range(len(values)):
        ends = [e for e in range(start, len(values)) if steps[e] - steps[start] >= hold]
        if ends and all(values[start : ends[0] + 1]) and found is None:
            found = (2 * start, 2 * ends[0])
    assert first_kept(steps, np.array(values, dtype=float), 1.0, hold) == found


def test_no_hold_is_the_first_time():
    assert first_kept(np.array([0, 5]), np.array([0.0, 1.0]), 0.5, 0) == (5, 5)


def test_a_network_ends_with_the_same_bits_whoever_is_trained_beside_it():
    together, progress = train_condition(condition(), EASY, [0, 1, 2])
    ends = []
    for member, seed in enumerate([0, 1, 2]):
        alone, own = train_condition(condition(), EASY, [seed])
        ends.append(own.steps[-1])
        for name in alone:
            assert torch.equal(alone[name][0], together[name][member])
        for name, array in own.arrays().items():
            if name != "step":
                assert (array[:, 0] == progress.arrays()[name][: len(array), member]).all()
    assert len(set(ends)) > 1  # else it would not matter
    assert progress.steps[-1] == max(ends)
    one_by_one, joined = side_by_side([train_condition(condition(), EASY, [s]) for s in range(3)])
    for name, tensor in together.items():
        assert torch.equal(one_by_one[name], tensor)
    assert joined.steps == progress.steps
    for name, array in progress.arrays().items():
        if name != "step":
            for member, end in enumerate(ends):
                own = joined.arrays()[name][:, member]
                until = progress.steps.index(end) + 1
                assert (own[:until] == array[:until, member]).all()
                assert np.isnan(own[until:]).all()


def test_training_goes_on_until_the_budget_is_spent_where_one_has_not_generalised():
    never = Generalisation(level=0.999, hold=400)
    _, progress = train_condition(condition(), never, [0])
    assert progress.steps[-1] == 400


@pytest.mark.thorough
def test_a_training_that_is_interrupted_ends_as_one_that_ran_through(tmp_path, monkeypatch):
    class Stop(Exception):
        pass

    whole, seen = train_condition(condition(), EASY, [0, 1])
    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.every = 0.0
    call = Kept.__call__

    def stopping(self, step, parameters):
        call(self, step, parameters)
        if step == seen.steps[-1] - 5:  # one network is at its end, the other is not
            assert len(self.kept) == 1
            raise Stop

    monkeypatch.setattr(Kept, "__call__", stopping)
    with pytest.raises(Stop):
        train_condition(condition(), EASY, [0, 1], resume=state)
    monkeypatch.undo()
    resumed, again = train_condition(condition(), EASY, [0, 1], resume=state)
    for name in whole:
        assert torch.equal(resumed[name], whole[name])
    for name, array in seen.arrays().items():
        assert (again.arrays()[name] == array).all()


def test_steps_of_measurement():
    made = condition(measured=[[0, 10], [40, 100]])
    assert made.measurement_steps() == [0, 10, 20, 30, 40, 140, 240, 340, 400]
    with pytest.raises(ValueError, match="begin at step 0"):
        condition(measured=[[5, 10]])


@pytest.mark.thorough
def test_where_there_is_a_rule_the_network_finds_it_and_in_random_answers_there_is_none():
    never = Generalisation(level=0.999, hold=400)
    _, ruled = train_condition(condition(), never, [0, 1])
    table = CONDITION["table"] | {"operation": "random"}
    _, random = train_condition(condition(table=table), never, [0, 1])
    for progress in (ruled, random):
        assert progress.arrays()["train_accuracy"][-1].min() == 1
    assert ruled.arrays()["test_accuracy"][-1].min() > 0.25
    assert random.arrays()["test_accuracy"][-1].max() < 0.15
    falls = ruled.arrays()["restricted"][-1] < 1.5
    assert falls.all()
    assert (random.arrays()["restricted"][-1] > 3).all()
