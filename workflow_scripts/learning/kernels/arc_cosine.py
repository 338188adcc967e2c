"""The neural tangent kernel of infinitely wide ReLU networks, by the arc-cosine recursion."""

import math

import torch
from torch import Tensor


def analytic_kernel(left: Tensor, right: Tensor, layers: int) -> Tensor:
    """The kernel `[…, N, N']` of a network with `layers` weight matrices at infinite width.

    For inputs `[…, N, d]` and `[…, N', d]`, and networks as `NtkMlp` initialises them: Θ of a layer
    is Θ of the one below times κ₀ plus Σ, and Σ is that of the one below through κ₁ (Jacot et al.
    2018, theorem 1; the arc-cosine kernels κ₀ and κ₁ are those of Cho & Saul 2009, equation 6).
    """
    dimension = left.shape[-1]
    covariance = left @ right.mT / dimension
    # κ₁(1) = 1: the variances stay those of the inputs in every layer.
    ours, others = (inputs.square().sum(-1) / dimension for inputs in (left, right))
    size = (ours.unsqueeze(-1) * others.unsqueeze(-2)).sqrt()
    kernel = covariance
    for _ in range(layers - 1):
        cosine = (covariance / size.clamp_min(torch.finfo(size.dtype).tiny)).clamp(-1, 1)
        covariance = size * kappa1(cosine)
        kernel = kernel * kappa0(cosine) + covariance
    return kernel


def kappa0(cosine: Tensor) -> Tensor:
    """2 E[1(u > 0) 1(v > 0)] of standard normal u and v with this correlation."""
    return 1 - cosine.acos() / math.pi


def kappa1(cosine: Tensor) -> Tensor:
    """2 E[max(u, 0) max(v, 0)] of standard normal u and v with this correlation."""
    sine = (1 - cosine.square()).clamp_min(0).sqrt()
    return (sine + cosine * (math.pi - cosine.acos())) / math.pi
