"""The arc-cosine recursion against quadrature, wide networks and a second way to write it."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from workflow_scripts.learning.kernels.arc_cosine import analytic_kernel, kappa0, kappa1
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp

COSINES = [-1.0, -0.9, -0.3, 0.0, 0.4, 0.8, 0.99, 1.0]


def quadrature(cosine, first, second):
    """E[first(u) second(v)] of correlated normals, both of which are zero below zero."""
    sine = math.sqrt(1 - cosine**2)

    def conditional(u):
        # E over v given u, in closed form for the step and the ramp.
        mean = cosine * u
        if sine == 0:
            return second(mean)
        z = mean / sine
        if second is step:
            return stats.norm.cdf(z)
        return mean * stats.norm.cdf(z) + sine * stats.norm.pdf(z)

    value, _ = integrate.quad(
        lambda u: first(u) * conditional(u) * stats.norm.pdf(u), 0, 12, epsabs=1e-12, limit=200
    )
    return value


def step(value):
    return float(value > 0)


def ramp(value):
    return max(value, 0.0)


@pytest.mark.parametrize("cosine", COSINES)
def test_the_arc_cosine_kernels_are_expectations(cosine):
    at = torch.tensor(cosine, dtype=torch.float64)
    assert float(kappa0(at)) == pytest.approx(2 * quadrature(cosine, step, step), abs=1e-8)
    assert float(kappa1(at)) == pytest.approx(2 * quadrature(cosine, ramp, ramp), abs=1e-8)


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_the_recursion_is_what_expectations_give_layer_by_layer(layers):
    """For inputs of any length, layer by layer from the joint covariance of each pair."""
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(4, 6, generator=generator, dtype=torch.float64) * torch.tensor(
        [[0.3], [1.0], [2.0], [1.0]], dtype=torch.float64
    )
    covariance = (inputs @ inputs.T / 6).numpy()
    theta = covariance.copy()
    for _ in range(layers - 1):
        ahead, slope = np.empty_like(covariance), np.empty_like(covariance)
        for i, j in np.ndindex(*covariance.shape):
            sizes = math.sqrt(covariance[i, i] * covariance[j, j])
            cosine = min(1.0, covariance[i, j] / sizes)
            ahead[i, j] = 2 * sizes * quadrature(cosine, ramp, ramp)
            slope[i, j] = 2 * quadrature(cosine, step, step)
        theta = theta * slope + ahead
        covariance = ahead
    kernel = analytic_kernel(inputs, inputs, layers)
    np.testing.assert_allclose(kernel.numpy(), theta, atol=2e-7)


@pytest.mark.parametrize("layers", [2, 3])
def test_the_mean_kernel_of_many_networks_is_the_analytic_one(layers):
    """Monte Carlo: in two layers the mean is exact at every width, in three up to 1 / width."""
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    network = NtkMlp([5, *[128] * (layers - 1), 1])
    kernels = empirical_kernel(network, network.initialise(range(400)), inputs, inputs)
    error = kernels.std(0) / math.sqrt(400)
    off = (kernels.mean(0) - analytic_kernel(inputs, inputs, layers)).abs()
    assert (off < 4.5 * error).all()
    assert not ((kernels.mean(0) - analytic_kernel(inputs, inputs, layers + 1)).abs() < error).any()


def test_an_input_of_zeros_has_no_kernel_and_batches_are_independent():
    inputs = torch.tensor([[[0.0, 0.0], [1.0, 2.0]], [[3.0, 1.0], [0.5, 1.0]]], dtype=torch.float64)
    kernel = analytic_kernel(inputs, inputs, 3)
    assert torch.equal(kernel[0, 0], torch.zeros(2, dtype=torch.float64))
    assert torch.equal(kernel[1], analytic_kernel(inputs[1], inputs[1], 3))
