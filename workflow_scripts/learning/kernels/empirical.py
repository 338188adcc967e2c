"""The empirical neural tangent kernel of a whole ensemble, in closed form."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp

TOLERANCE = 1e-6
"""Relative change of an eigenvalue at which the power iteration ends."""
MOST_ITERATIONS = 1000
TINY = 1e-300


@torch.no_grad()
def empirical_kernel(
    network: NtkMlp, parameters: Parameters, left: Tensor, right: Tensor, output: int = 0
) -> Tensor:
    """Inner products `[M, N, N']` of the gradients of an output at `left` and `right`.

    Inputs are `[N, d]`, shared, or `[M, N, d]`. The gradient by the weights of a layer is an outer
    product, of its inputs h and of the derivatives δ by what comes out of it, so each layer adds
    s² (h·h') (δ·δ'), where s is its scale (Jacot et al. 2018, section 4). No Jacobian is held.
    """
    ours = _factors(network, parameters, left, output)
    others = ours if right is left else _factors(network, parameters, right, output)
    kernel: Tensor | None = None
    for scale, (hidden, delta), (hidden2, delta2) in zip(network.scales, ours, others, strict=True):
        part = torch.bmm(hidden, hidden2.transpose(1, 2))
        part.mul_(torch.bmm(delta, delta2.transpose(1, 2))).mul_(scale**2)
        kernel = part if kernel is None else kernel.add_(part)
    assert kernel is not None  # a network has a layer
    return kernel


@torch.no_grad()
def feature_kernel(network: NtkMlp, parameters: Parameters, left: Tensor, right: Tensor) -> Tensor:
    """Inner products `[M, N, N']` of the gradients by the weights of the last layer alone."""
    ours, others = (network.forward(parameters, inputs)[0][-1] for inputs in (left, right))
    return torch.bmm(ours, others.transpose(1, 2)).mul_(network.scales[-1] ** 2)


def largest_eigenvalue(kernels: Tensor) -> Tensor:
    """The largest eigenvalue `[M]` of symmetric positive semi-definite matrices `[M, N, N]`.

    By power iteration, whose estimates rise to the eigenvalue from below; NaN for a matrix that is
    not finite.
    """
    # Kernels of ReLU networks have mostly positive entries, and so has their top eigenvector.
    vectors = kernels.diagonal(dim1=1, dim2=2).sqrt().unsqueeze(2) + kernels.mean(2, keepdim=True)
    values = kernels.new_zeros(len(kernels))
    for _ in range(MOST_ITERATIONS):
        # A kernel of zeros, of a network without active units, has the eigenvalue zero.
        vectors = vectors / vectors.norm(dim=1, keepdim=True).clamp_min(TINY)
        products = torch.bmm(kernels, vectors)
        before, values = values, (vectors * products).sum((1, 2))
        if not ((values - before).abs() > TOLERANCE * values).any():
            break
        vectors = products
    return values


def _factors(
    network: NtkMlp, parameters: Parameters, inputs: Tensor, output: int
) -> list[tuple[Tensor, Tensor]]:
    """For each layer its inputs h and the derivatives δ of the output, `[M, N, units]` both."""
    below, outputs = network.forward(parameters, inputs)
    delta = torch.zeros_like(outputs)
    delta[..., output] = 1
    return list(zip(below, network.backward(parameters, below, delta), strict=True))
