"""Patterns of ±1: the couplings that store them, ways to damage them, and their overlap."""

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import generator, stream_seed

EXACT = 2**24
"""Integers below this bound are exact in float32."""


def random_patterns(seed: int, count: int, size: int, network: int = 0) -> Tensor:
    """Independent unbiased patterns `[count, size]` of ±1, float32, of one network of a seed.

    The first patterns do not depend on the number drawn.
    """
    random = generator(seed, "patterns", size, network)
    bits = torch.randint(0, 2, (count, size), generator=random)
    return (2 * bits - 1).float()


def hebb(patterns: Tensor) -> Tensor:
    """Couplings `[..., N, N]` of Hebb's rule for patterns `[..., P, N]`, times N: integers.

    Σ_μ ξ_i^μ ξ_j^μ without self-couplings (Hopfield 1982, eq. 2). ValueError if a local field,
    at most P · N, would not be an exact integer in float32.
    """
    count, size = patterns.shape[-2:]
    if count * size >= EXACT:
        raise ValueError(f"fields of {count} patterns of {size} bits are not exact in float32")
    couplings = patterns.mT @ patterns
    couplings.diagonal(dim1=-2, dim2=-1).zero_()
    return couplings


def pseudo_inverse(patterns: Tensor) -> Tensor:
    """Couplings `[N, N]` float64 that make linearly independent `patterns` `[P, N]` fixed points.

    The projection onto the span of the patterns, without self-couplings (Personnaz et al. 1986).
    """
    rows = patterns.double()
    couplings = torch.linalg.pinv(rows) @ rows
    couplings.diagonal().zero_()
    return couplings


def one_way(couplings: Tensor, seed: int) -> Tensor:
    """Couplings `[N, N]` with only one, randomly chosen, of the two directions of each pair."""
    size = len(couplings)
    draw = torch.rand(size, size, generator=generator(seed, "one-way"))
    return couplings * (draw < draw.T)


def flipped(patterns: Tensor, share: float, seed: int) -> Tensor:
    """`patterns` `[T, N]` with round(share · N) random bits of each flipped."""
    wrong = _chosen(patterns, share, seed, "flipped")
    return torch.where(wrong, -patterns, patterns)


def replaced(patterns: Tensor, share: float, seed: int) -> Tensor:
    """`patterns` `[T, N]` with round(share · N) bits of each replaced by random ones."""
    chosen = _chosen(patterns, share, seed, "replaced")
    random = generator(seed, "coins")
    coins = 2.0 * torch.randint(0, 2, patterns.shape, generator=random) - 1
    return torch.where(chosen, coins.to(patterns.dtype), patterns)


def overlap(states: Tensor, patterns: Tensor) -> Tensor:
    """The overlap (1/N) Σ_i s_i ξ_i `[...]` of states with patterns `[..., N]`, in [−1, 1]."""
    return (states * patterns).mean(dim=-1)


def visit_order(size: int) -> Tensor:
    """The order `[N]` in which neurons are visited, random but the same for all networks."""
    random = np.random.Generator(np.random.PCG64(stream_seed(0, "visit order", size)))
    return torch.from_numpy(random.permutation(size))


def _chosen(patterns: Tensor, share: float, seed: int, purpose: str) -> Tensor:
    """A mask of the shape of `patterns` with round(share · N) true entries in each row."""
    count, size = patterns.shape
    keys = torch.rand(count, size, generator=generator(seed, purpose))
    return keys.argsort(dim=1).argsort(dim=1) < round(share * size)
