"""Full batches, rows of one's own, early ends and whatever is measured on the way."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from test_trainer import INPUTS, LABELS, NET, SEEDS, SPLIT, ensemble, same, training

from workflow_scripts.core.quantity import Quantity
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.ensemble.history import read_history, read_measured, save_history
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.trainer import train
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.quantities import ACCURACY

torch.set_num_threads(1)
FULL = {"batch_size": None}


class Until(Callback):
    """Says that all is done after some steps."""

    def __init__(self, last):
        self.last, self.seen = last, 0

    def __call__(self, step, parameters):
        self.seen = step

    @property
    def finished(self):
        return self.seen >= self.last


def norms(parameters):
    return {
        "norm": sum(p.flatten(1).square().sum(1) for p in parameters.values()).sqrt(),
        "first": parameters["bias0"].clone(),
        "accuracy": torch.full((len(parameters["bias0"]),), 0.25),
    }


def full_batch_by_hand(seed, recipe, rows):
    """Plain autograd over all rows at once."""
    own = {n: t[0].clone().requires_grad_(True) for n, t in NET.initialise([seed]).items()}
    optimiser = torch.optim.AdamW(
        own.values(),
        recipe.learning_rate,
        betas=recipe.optimiser.betas,
        weight_decay=recipe.weight_decay,
    )
    for _ in range(recipe.steps):
        hidden = INPUTS[rows]
        for layer in range(NET.layers):
            hidden = hidden @ own[f"weight{layer}"] + own[f"bias{layer}"]
            hidden = hidden.relu() if layer < NET.layers - 1 else hidden
        optimiser.zero_grad()
        F.cross_entropy(hidden, LABELS[rows]).backward()
        optimiser.step()
    return own


def test_a_full_batch_is_every_example_in_every_step():
    recipe = training("adamw", **FULL)
    trained = train(ensemble(), recipe)
    for member, seed in enumerate(SEEDS):
        own = full_batch_by_hand(seed, recipe, slice(None))
        for name, tensor in own.items():
            expected = tensor.detach()
            torch.testing.assert_close(trained[name][member], expected, rtol=2e-4, atol=2e-5)


def test_a_batch_as_large_as_the_examples_is_a_full_one():
    for size in (len(INPUTS), 10 * len(INPUTS)):
        assert same(
            train(ensemble(), training(batch_size=size)), train(ensemble(), training(**FULL))
        )


@pytest.mark.parametrize("batch_size", [None, 8])
def test_rows_are_what_a_member_trains_on_and_nothing_else(batch_size):
    rows = torch.stack([torch.randperm(90)[:40].sort().values for _ in SEEDS])
    recipe = training("adamw", batch_size=batch_size)
    together = train(ensemble(examples=replace(SPLIT, rows=rows)), recipe)
    for member, seed in enumerate(SEEDS):
        cut = Split(INPUTS[rows[member]], ClassNumbers(LABELS[rows[member]]))
        alone = train(ensemble([seed], examples=cut), recipe)
        assert same(alone, member_slice(together, member, member + 1))


def test_all_rows_are_no_rows():
    rows = torch.arange(90).expand(len(SEEDS), -1)
    assert same(
        train(ensemble(examples=replace(SPLIT, rows=rows)), training()),
        train(ensemble(), training()),
    )


def test_training_ends_when_a_callback_says_so():
    short = train(ensemble(), training("adamw", steps=5))
    until = Until(5)
    assert same(train(ensemble(), training("adamw", steps=12), [until]), short)
    assert until.seen == 5


def test_measurements_are_those_of_the_parameters_at_their_steps():
    measured = Measurements("any", norms, {0, 4, 12})
    trained = train(ensemble(), training(), [measured])
    arrays = measured.arrays()
    assert arrays["step"].tolist() == [0, 4, 12]
    assert arrays["norm"].shape == (3, len(SEEDS))
    assert arrays["norm"][-1] == pytest.approx(norms(trained)["norm"].numpy())
    start = norms(NET.initialise(SEEDS))
    assert arrays["first"][0] == pytest.approx(start["first"].numpy())


def test_measurements_survive_a_kill(tmp_path):
    class Stop(Exception):
        pass

    class Stopping(Measurements):
        def __call__(self, step, parameters):
            super().__call__(step, parameters)
            if step == 8:
                raise Stop

    state = ResumeState(tmp_path / "state.safetensors", "key")
    state.every = 0.0
    at = {2, 5, 8, 12}
    with pytest.raises(Stop):
        train(ensemble(), training(), [Stopping("any", norms, at)], state)
    resumed, whole = Measurements("any", norms, at), Measurements("any", norms, at)
    train(ensemble(), training(), [resumed], state)
    train(ensemble(), training(), [whole])
    for name, array in whole.arrays().items():
        assert (resumed.arrays()[name] == array).all()


def test_a_history_holds_any_measurement(tmp_path):
    measured = Measurements("any", norms, {0, 12})
    train(ensemble(), training(), [measured])
    path = tmp_path / "history.safetensors"
    save_history(path, [measured], [{"seed": seed} for seed in SEEDS])
    with pytest.raises(KeyError, match="norm"):
        read_history(path)
    table = read_history(path, [ACCURACY, Quantity("norm", "norm of the weights")])
    assert table.columns.tolist() == ["seed", "step", "split", "accuracy", "norm"]
    assert table.seed.tolist() == SEEDS * 2
    assert set(table.accuracy) == {25.0}
    assert table.norm.to_numpy() == pytest.approx(measured.arrays()["norm"].ravel())
    steps, first = read_measured(path, "any", "first")
    assert steps.tolist() == [0, 12]
    assert np.array_equal(first, measured.arrays()["first"])
