"""AdamW with a tiny ε divides by a second moment that would be flushed to zero."""

from collections.abc import Iterator

import pytest
import torch

from workflow_scripts.learning.ensemble.optimiser import Optimiser
from workflow_scripts.learning.ensemble.optimisers.adamw import AdamW
from workflow_scripts.learning.ensemble.settings import Training

SIZES = [1.0, 1e-3, 1e-12, 1e-17, 3e-18, 1e-19, 1e-22, 1e-24, 1e-26, 1e-32]
RATE, DECAY, EPSILON = 0.01, 0.3, 1e-25


@pytest.fixture(autouse=True)
def flushed() -> Iterator[None]:
    """As in a job."""
    torch.set_flush_denormal(True)
    yield
    torch.set_flush_denormal(False)


def steps_of(epsilon: float, gradients: torch.Tensor) -> torch.Tensor:
    """The weights `[T, n]` of one member after each step."""
    recipe = Training(
        optimiser={"kind": "adamw", "epsilon": epsilon},
        learning_rate=RATE,
        weight_decay=DECAY,
        batch_size=None,
        steps=len(gradients),
    )
    start = {"weight": torch.ones(1, gradients.shape[1])}
    optimiser = Optimiser(recipe, start, [RATE], [DECAY])
    found = []
    for step, gradient in enumerate(gradients):
        optimiser.step({"weight": gradient.clone().unsqueeze(0)}, step)
        found.append(optimiser.parameters["weight"][0].clone())
    return torch.stack(found)


def by_hand(epsilon: float, gradients: torch.Tensor) -> torch.Tensor:
    """The same in float64, whose squares are far from underflow."""
    weight = torch.ones(gradients.shape[1], dtype=torch.float64)
    first = second = torch.zeros_like(weight)
    found = []
    for step, gradient in enumerate(gradients.double(), start=1):
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weight = weight * (1 - RATE * DECAY)
        root = (second / (1 - 0.999**step)).sqrt() + epsilon
        weight = weight - RATE * first / (1 - 0.9**step) / root
        found.append(weight)
    return torch.stack(found)


@pytest.mark.parametrize("epsilon", [EPSILON, 1e-20, 1e-8])
def test_steps_are_those_of_exact_arithmetic_for_gradients_of_any_size(epsilon):
    draw = torch.Generator().manual_seed(0)
    gradients = torch.tensor(SIZES) * (0.5 + torch.rand(20, len(SIZES), generator=draw))
    found, expected = steps_of(epsilon, gradients), by_hand(epsilon, gradients)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-6)
    assert (found[-1] < 1).all()


def test_without_the_scale_a_step_would_be_enormous():
    weight = torch.ones(16, requires_grad=True)
    plain = torch.optim.AdamW([weight], lr=RATE, eps=EPSILON, fused=True)
    weight.grad = torch.full((16,), 1e-19)
    plain.step()
    assert float(weight.abs().max().detach()) > 100


def test_an_ordinary_epsilon_changes_no_bits():
    rows = torch.ones(1, 16)
    built = AdamW(kind="adamw").build([{"params": [rows]}], RATE)
    assert not hasattr(built, "grad_scale")
    assert built.defaults["eps"] == 1e-8
