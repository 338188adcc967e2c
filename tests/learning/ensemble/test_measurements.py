"""Full batches, rows of one's own, early ends and whatever is measured on the way."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from test_trainer import INPUTS, LABELS, NET, SEEDS, ensemble, same, training

from workflow_scripts.core.quantity import Quantity
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.ensemble.history import read_history, read_measured, save_history
from workflow_scripts.learning.ensemble.losses import cross_entropy, stablemax_cross_entropy
from workflow_scripts.learning.ensemble.orthogonal import orthogonal
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
        own.values(), recipe.learning_rate, betas=recipe.betas, weight_decay=recipe.weight_decay
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
    recipe = training("adamw", betas=(0.9, 0.98), **FULL)
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
    together = train(ensemble(rows=rows), recipe)
    for member, seed in enumerate(SEEDS):
        cut = {"inputs": INPUTS[rows[member]], "labels": LABELS[rows[member]]}
        alone = train(ensemble([seed], **cut), recipe)
        assert same(alone, member_slice(together, member, member + 1))


def test_all_rows_are_no_rows():
    rows = torch.arange(90).expand(len(SEEDS), -1)
    assert same(train(ensemble(rows=rows), training()), train(ensemble(), training()))


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


def test_orthogonal_gradients_are_orthogonal_and_as_long_as_they_were():
    generator = torch.Generator().manual_seed(0)

    def drawn():
        shapes = {"a": (3, 4, 5), "b": (3, 7)}
        return {
            n: torch.randn(s, generator=generator, dtype=torch.float64) for n, s in shapes.items()
        }

    gradients, weights = drawn(), drawn()
    for name, turned in orthogonal(gradients, weights).items():
        for member in range(3):
            w, g, t = (x[member].flatten() for x in (weights[name], gradients[name], turned))
            assert float(w @ t) == pytest.approx(0, abs=1e-12)
            assert float(t.norm()) == pytest.approx(float(g.norm()))
            expected = g - (w @ g) / (w @ w) * w
            torch.testing.assert_close(t, expected * g.norm() / expected.norm())


def test_no_gradient_and_no_weights_are_left_alone():
    nothing = {"a": torch.zeros(2, 3)}
    some = {"a": torch.ones(2, 3)}
    assert same(orthogonal(nothing, some), nothing)
    torch.testing.assert_close(orthogonal(some, nothing), some)


def test_orthogonal_gradients_in_training_are_those_of_each_member():
    recipe = training("sgd", 1, batch_size=None, orthogonal_gradients=True)
    recipe = recipe.model_copy(update={"momentum": 0.0, "weight_decay": 0.0})
    before = NET.initialise(SEEDS)
    after = train(ensemble(), recipe)
    rows = INPUTS.expand(len(SEEDS), -1, -1)
    _, gradients = NET.losses_and_gradients(
        before, rows, LABELS.expand(len(SEEDS), -1), cross_entropy
    )
    turned = orthogonal(gradients, before)
    for name in before:
        expected = before[name] - recipe.learning_rate * turned[name]
        torch.testing.assert_close(after[name], expected, rtol=1e-5, atol=1e-7)


def test_stablemax_is_its_formula():
    logits = 5 * torch.randn(2, 6, 4, dtype=torch.float64)
    targets = torch.randint(0, 4, (2, 6))
    size = torch.where(logits >= 0, logits + 1, 1 / (1 - logits))
    chosen = (size / size.sum(-1, keepdim=True)).gather(2, targets.unsqueeze(2))
    expected = -chosen.log().mean((1, 2))
    torch.testing.assert_close(stablemax_cross_entropy(logits, targets), expected)


def test_stablemax_has_gradients_where_the_softmax_has_collapsed():
    logits = torch.tensor([[[200.0, 0.0, 0.0]]], requires_grad=True)
    target = torch.tensor([[0]])
    for loss, collapsed in ((cross_entropy, True), (stablemax_cross_entropy, False)):
        (gradient,) = torch.autograd.grad(loss(logits, target).sum(), logits)
        assert (float(gradient.abs().max()) == 0) is collapsed
