"""The empirical kernel against torch.func, finite differences and itself."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.learning.kernels.empirical import (
    empirical_kernel,
    feature_kernel,
    largest_eigenvalue,
)
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp

SIZES = [[3, 1], [3, 5, 1], [4, 6, 5, 1], [2, 4, 4, 3, 2]]


def inputs(count, width, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, width, generator=generator, dtype=torch.float64)


def jacobian(network, parameters, member, examples, output):
    """Gradients `[N, P]` of an output of one member, by torch.func, one example at a time."""
    own = {name: tensor[member] for name, tensor in parameters.items()}

    def value(at, example):
        stacked = {name: tensor.unsqueeze(0) for name, tensor in at.items()}
        return network.logits(stacked, example.view(1, 1, -1))[0, 0, output]

    rows = []
    for example in examples:
        gradient = torch.func.grad(value)(own, example)
        rows.append(torch.cat([gradient[name].flatten() for name in own]))
    return torch.stack(rows)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_kernel_is_the_product_of_jacobians(sizes):
    network = NtkMlp(sizes)
    parameters = network.initialise([1, 2, 3])
    left, right = inputs(5, sizes[0]), inputs(4, sizes[0], seed=1)
    for output in range(sizes[-1]):
        kernel = empirical_kernel(network, parameters, left, right, output)
        for member in range(3):
            ours, others = (
                jacobian(network, parameters, member, each, output) for each in (left, right)
            )
            torch.testing.assert_close(kernel[member], ours @ others.T, rtol=1e-12, atol=1e-12)


def test_the_kernel_is_the_product_of_finite_differences():
    network = NtkMlp([3, 6, 5, 1])
    parameters, at = network.initialise([4]), inputs(4, 3)
    step, columns = 1e-6, []
    for name, tensor in parameters.items():
        for place in range(tensor[0].numel()):
            moved = []
            for sign in (1, -1):
                changed = {n: t.clone() for n, t in parameters.items()}
                changed[name].view(-1)[place] += sign * step
                moved.append(network.logits(changed, at)[0, :, 0])
            columns.append((moved[0] - moved[1]) / (2 * step))
    gradients = torch.stack(columns, dim=1)
    kernel = empirical_kernel(network, parameters, at, at)[0]
    torch.testing.assert_close(kernel, gradients @ gradients.T, rtol=1e-7, atol=1e-7)


def test_each_member_may_have_its_own_inputs_and_has_the_same_kernel_alone():
    network = NtkMlp([3, 7, 6, 1])
    parameters = network.initialise([1, 2])
    own = torch.stack([inputs(4, 3, seed=5), inputs(4, 3, seed=6)])
    kernel = empirical_kernel(network, parameters, own, own)
    for member in range(2):
        alone = member_slice(parameters, member, member + 1)
        shared = empirical_kernel(network, alone, own[member], own[member])
        assert torch.equal(kernel[member], shared[0])


def test_the_last_layer_has_a_part_of_the_kernel():
    network = NtkMlp([3, 7, 6, 1])
    parameters, left, right = network.initialise([1, 2]), inputs(4, 3), inputs(5, 3, seed=1)
    part = feature_kernel(network, parameters, left, right)
    for member in range(2):
        ours, others = (
            jacobian(network, parameters, member, each, 0)[:, -6:] for each in (left, right)
        )
        torch.testing.assert_close(part[member], ours @ others.T, rtol=1e-12, atol=1e-12)


@given(
    width=st.integers(1, 6),
    depth=st.integers(0, 3),
    examples=st.integers(1, 8),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_kernels_are_symmetric_and_positive_and_power_iteration_finds_their_top(
    width, depth, examples, seed
):
    network = NtkMlp([3, *[width] * depth, 1])
    parameters, at = network.initialise([seed, seed + 1]), inputs(examples, 3, seed)
    kernels = empirical_kernel(network, parameters, at, at)
    torch.testing.assert_close(kernels, kernels.mT)
    values = torch.linalg.eigvalsh(kernels)
    assert (values[:, 0] >= -1e-9 * values[:, -1]).all()
    found = largest_eigenvalue(kernels)
    # From below, and near enough for a step size: 1 / found is below 2 / the eigenvalue.
    assert (found <= values[:, -1] * (1 + 1e-9)).all()
    assert (found >= 0.9 * values[:, -1]).all()


def test_a_kernel_that_is_not_finite_has_no_largest_eigenvalue():
    kernels = torch.eye(3, dtype=torch.float64).repeat(2, 1, 1)
    kernels[1] = torch.nan
    found = largest_eigenvalue(kernels)
    assert found[0] == pytest.approx(1)
    assert found[1].isnan()
