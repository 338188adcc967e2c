"""Kernel regression against single steps of descent, linear systems and trained networks."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_scripts.learning.kernels.regression import KernelRegression


def problem(seed, members=2, examples=6):
    generator = torch.Generator().manual_seed(seed)
    roots = torch.randn(members, examples, examples, generator=generator, dtype=torch.float64)
    targets = torch.randn(members, examples, generator=generator, dtype=torch.float64)
    return roots @ roots.mT, targets


@given(seed=st.integers(0, 99), steps=st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_descent_in_closed_form_is_that_of_single_steps(seed, steps):
    kernels, targets = problem(seed)
    found = KernelRegression.of(kernels, targets)
    rates = 1 / found.values[:, -1]
    coefficients = torch.zeros_like(targets)
    for _ in range(steps):
        outputs = (kernels @ coefficients.unsqueeze(2)).squeeze(2)
        coefficients = coefficients - rates.unsqueeze(1) * (outputs - targets)
    times = torch.full_like(rates, steps)
    torch.testing.assert_close(found.descended(rates, times), coefficients, rtol=1e-7, atol=1e-9)


@given(seed=st.integers(0, 99), share=st.floats(0.05, 0.9))
@settings(max_examples=25, deadline=None)
def test_the_time_of_a_loss_is_when_descent_has_it(seed, share):
    kernels, targets = problem(seed)
    found = KernelRegression.of(kernels, targets)
    rates, losses = 0.5 / found.values[:, -1], share * targets.square().mean(1)
    times = found.times_of(losses, rates)
    outputs = (kernels @ found.descended(rates, times).unsqueeze(2)).squeeze(2)
    torch.testing.assert_close((outputs - targets).square().mean(1), losses, rtol=1e-6, atol=0)


def test_ridge_solves_its_linear_system():
    kernels, targets = problem(5)
    for penalty in (1e-3, 1.0):
        system = kernels + 6 * penalty * torch.eye(6, dtype=torch.float64)
        expected = torch.linalg.solve(system, targets)
        torch.testing.assert_close(KernelRegression.of(kernels, targets).ridge(penalty), expected)


def test_a_direction_without_eigenvalue_moves_at_the_rate_of_its_limit():
    kernels = torch.diag(torch.tensor([0.0, 1.0], dtype=torch.float64)).unsqueeze(0)
    targets = torch.ones(1, 2, dtype=torch.float64)
    found = KernelRegression.of(kernels, targets)
    rate = torch.tensor([0.5], dtype=torch.float64)
    coefficients = found.descended(rate, torch.tensor([4.0], dtype=torch.float64))
    assert coefficients[0].tolist() == pytest.approx([2.0, 1 - 0.5**4])


def test_steps_that_overshoot_and_losses_that_are_never_reached_are_refused():
    kernels, targets = problem(1)
    found = KernelRegression.of(kernels, targets)
    rates = 1.5 / found.values[:, -1]
    with pytest.raises(ValueError, match="overshoots"):
        found.descended(rates, torch.ones_like(rates))
    with pytest.raises(ValueError, match="above zero"):
        found.times_of(torch.zeros_like(rates), rates)
