"""The network in the NTK parametrisation, and its linearisation."""

import itertools
import math

import pytest
import torch

from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.linearised import Linearised
from workflow_scripts.learning.networks.network import Network, member_slice
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp

SIZES = [[3, 1], [3, 5, 1], [3, 5, 4, 2]]


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_outputs_are_those_of_torch_layers(sizes):
    network = NtkMlp(sizes)
    parameters, inputs = network.initialise([1, 2]), drawn(4, 3)
    outputs = network.logits(parameters, inputs)
    assert outputs.dtype == torch.float64
    for member in range(2):
        hidden = inputs
        for layer, (fan_in, _) in enumerate(itertools.pairwise(sizes)):
            if layer:
                hidden = math.sqrt(2) * torch.relu(hidden)
            weight = parameters[f"weight{layer}"][member].T
            hidden = torch.nn.functional.linear(hidden, weight) / math.sqrt(fan_in)
        torch.testing.assert_close(outputs[member], hidden)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_backward_pass_is_that_of_autograd(sizes):
    network = NtkMlp(sizes)
    parameters, inputs = network.initialise([1, 2]), drawn(2, 6, 3)
    targets = drawn(2, 6, sizes[-1], seed=1)
    losses, gradients = network.losses_and_gradients(parameters, inputs, targets, squared_error)
    plain = Network.losses_and_gradients(network, parameters, inputs, targets, squared_error)
    torch.testing.assert_close(losses, plain[0])
    assert gradients.keys() == plain[1].keys() == network.shapes().keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, plain[1][name])


def test_a_member_has_the_same_bits_alone():
    network = NtkMlp([3, 8, 8, 1])
    parameters, inputs, targets = network.initialise([1, 2, 3]), drawn(3, 6, 3), drawn(3, 6, 1)
    _, gradients = network.losses_and_gradients(parameters, inputs, targets, squared_error)
    for member in range(3):
        own = slice(member, member + 1)
        alone = member_slice(parameters, member, member + 1)
        _, single = network.losses_and_gradients(alone, inputs[own], targets[own], squared_error)
        assert all(torch.equal(single[name][0], gradients[name][member]) for name in single)


@pytest.mark.parametrize("width", [4, pytest.param(400, marks=pytest.mark.thorough)])
def test_outputs_have_the_size_of_the_inputs_at_every_width(width):
    network = NtkMlp([5, width, width, 1])
    inputs = drawn(1, 5)
    outputs = network.logits(network.initialise(range(3000 if width < 10 else 600)), inputs)
    expected = inputs.square().mean().sqrt()
    assert float(outputs.square().mean().sqrt()) == pytest.approx(float(expected), rel=0.15)


def test_the_linearisation_is_the_tangent_of_the_network():
    network = NtkMlp([3, 6, 5, 1])
    centre, inputs = network.initialise([1, 2]), drawn(2, 4, 3)
    linear = Linearised(network, centre)
    assert torch.equal(linear.logits(centre, inputs), network.logits(centre, inputs))
    direction = {name: drawn(*tensor.shape, seed=7) for name, tensor in centre.items()}

    def moved(by):
        return {name: tensor + by * direction[name] for name, tensor in centre.items()}

    step = 1e-5
    slope = (network.logits(moved(step), inputs) - network.logits(moved(-step), inputs)) / (
        2 * step
    )
    change = linear.logits(moved(3.0), inputs) - linear.logits(centre, inputs)
    torch.testing.assert_close(change, 3 * slope, rtol=1e-6, atol=1e-6)
    assert (linear.input_shape, linear.prunable()) == ((3,), network.prunable())
    assert all(torch.equal(a, b) for a, b in zip(
        linear.initialise([1])["weight0"], network.initialise([1])["weight0"], strict=True
    ))  # fmt: skip


def test_descent_on_the_linearisation_is_kernel_descent():
    network = NtkMlp([3, 6, 1])
    centre, inputs, targets = network.initialise([1, 2]), drawn(2, 5, 3), drawn(2, 5, 1, seed=1)
    linear, parameters = Linearised(network, centre), centre
    kernels = empirical_kernel(network, centre, inputs, inputs)
    start = network.logits(centre, inputs)
    regression = KernelRegression.of(kernels, (targets - start)[..., 0])
    rates = 1 / regression.values[:, -1]
    for _ in range(7):
        _, gradients = linear.losses_and_gradients(parameters, inputs, targets, squared_error)
        step = (rates * 5 / 2).view(2, 1, 1)
        parameters = {name: tensor - step * gradients[name] for name, tensor in parameters.items()}
    coefficients = regression.descended(rates, torch.full_like(rates, 7))
    expected = start + kernels @ coefficients.unsqueeze(2)
    torch.testing.assert_close(linear.logits(parameters, inputs), expected, rtol=1e-10, atol=1e-10)
