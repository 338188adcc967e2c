"""Gradients without the part along the weights."""

import pytest
import torch
from test_trainer import INPUTS, LABELS, NET, SEEDS, ensemble, same, training

from workflow_scripts.learning.ensemble.gradients.orthogonal import orthogonal
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.trainer import train

torch.set_num_threads(1)


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
    recipe = training(
        "sgd",
        1,
        optimiser={"kind": "sgd"},
        weight_decay=0,
        batch_size=None,
        gradient={"kind": "orthogonal"},
    )
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
