"""Descent on α (f − f₀) to a common loss, against single steps and closed forms."""

import math

import pytest
import torch

from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.studies.ntk.descent import Problem, descend, weight_change
from workflow_scripts.studies.ntk.settings import Descent

SGD = Sgd(kind="sgd")


def problem(alphas, members=2, linear=False, width=12):
    draw = generator(0, "test of descent")
    network = NtkMlp([4, width, 1])
    inputs = torch.randn(1, 6, 4, generator=draw, dtype=torch.float64).repeat(members, 1, 1)
    targets = torch.randn(1, 6, generator=draw, dtype=torch.float64).repeat(members, 1)
    initial = network.initialise([7] * members)
    scales = torch.tensor(alphas, dtype=torch.float64)
    return Problem(network, initial, inputs, targets, scales, linear)


def by_hand(task, member, steps, rate):
    """Weights after single steps on the mean squared error of α (f − f₀), by autograd."""
    weights = {name: each[member : member + 1].clone() for name, each in task.initial.items()}
    start = task.network.logits(weights, task.inputs[member])[..., 0]
    alpha = task.alphas[member]
    for _ in range(steps):
        kernel = empirical_kernel(task.network, weights, task.inputs[member], task.inputs[member])
        largest = torch.linalg.eigvalsh(kernel)[0, -1]
        leaves = {name: each.clone().requires_grad_(True) for name, each in weights.items()}
        outputs = alpha * (task.network.logits(leaves, task.inputs[member])[..., 0] - start)
        loss = (outputs - task.targets[member]).square().mean()
        gradients = torch.autograd.grad(loss, list(leaves.values()))
        # The kernel of α f is α² times that of f.
        size = rate * 6 / (2 * alpha**2 * largest)
        weights = {n: w - size * g for (n, w), g in zip(weights.items(), gradients, strict=True)}
    return weights


def test_steps_are_those_of_plain_gradient_descent_at_each_output_scale():
    task = problem([1.0, 0.2])
    trained = descend(task, Descent(optimiser=SGD, loss=1e-12, rate=0.5, refresh=1, steps=6))
    assert trained.steps.tolist() == [-1, -1]
    for member in range(2):
        expected = by_hand(task, member, 6, 0.5)
        for name, weights in expected.items():
            torch.testing.assert_close(
                trained.parameters[name][member], weights[0], rtol=1e-4, atol=1e-6
            )
    assert torch.equal(trained.losses, task.losses(trained.parameters))


def test_every_member_stops_at_the_loss_and_rests_there():
    task = problem([1.0, 30.0])
    seen = []
    settings = Descent(optimiser=SGD, loss=0.02, rate=1, refresh=4, steps=3000)
    trained = descend(task, settings, lambda step, _, losses: seen.append((step, losses.clone())))
    assert (trained.losses <= 0.02).all()
    for member, step in enumerate(trained.steps.tolist()):
        before = [losses[member] for at, losses in seen if at < step]
        after = [losses[member] for at, losses in seen if at >= step]
        assert min(before) > 0.02
        assert all(loss == after[0] for loss in after)
    assert [step for step, _ in seen][:4] == [0, 1, 3, 7]


def test_a_large_output_scale_is_kernel_descent_and_a_small_one_is_not():
    task = problem([1e6, 0.01], width=40)
    steps = 20
    trained = descend(task, Descent(optimiser=SGD, loss=1e-9, rate=0.5, refresh=1, steps=steps))
    kernel = empirical_kernel(task.network, task.initial, task.inputs, task.inputs)
    regression = KernelRegression.of(kernel, task.targets)
    rates = 0.5 / regression.values[:, -1]
    coefficients = regression.descended(rates, torch.full_like(rates, steps))
    expected = (kernel @ coefficients.unsqueeze(2)).squeeze(2)
    off = (task.outputs(trained.parameters, task.inputs) - expected).norm(dim=1)
    assert off[0] < 1e-5 * expected[0].norm()
    assert off[1] > 0.05 * expected[1].norm()
    moved = weight_change(task.initial, trained.parameters)
    assert moved[0] < 1e-5
    assert moved[1] > 0.3


def test_the_linearised_network_learns_in_its_place():
    task = problem([1.0], members=1, linear=True)
    trained = descend(task, Descent(optimiser=SGD, loss=1e-12, rate=1, refresh=8, steps=9))
    kernel = empirical_kernel(task.network, task.initial, task.inputs, task.inputs)
    regression = KernelRegression.of(kernel, task.targets)
    rates = 1 / regression.values[:, -1]
    coefficients = regression.descended(rates * (1 - 1e-12), torch.full_like(rates, 9))
    expected = (kernel @ coefficients.unsqueeze(2)).squeeze(2)
    outputs = task.outputs(trained.parameters, task.inputs)
    torch.testing.assert_close(outputs, expected, rtol=1e-3, atol=1e-4)


def test_a_member_whose_loss_is_not_finite_stops_and_never_arrives():
    task = problem([1.0, 1.0])
    task.targets[1, 0] = math.inf
    trained = descend(task, Descent(optimiser=SGD, loss=0.5, rate=1, refresh=2, steps=50))
    assert trained.steps[0] > 0
    assert trained.steps[1] == -1
    assert not trained.losses[1].isfinite()


def test_the_change_of_the_weights_is_relative_to_what_they_are_after_it():
    before = {"a": torch.tensor([[3.0, 0.0]]), "b": torch.tensor([[0.0]])}
    after = {"a": torch.tensor([[3.0, 4.0]]), "b": torch.tensor([[0.0]])}
    assert weight_change(before, after).tolist() == pytest.approx([4 / 5])
