"""The modern Hopfield network: continuous states, exponential energy (Ramsauer et al. 2021)."""

import torch
from torch import Tensor


def weights(patterns: Tensor, queries: Tensor, beta: float, mask: Tensor | None = None) -> Tensor:
    """The weight of each pattern in a retrieval: softmax(β · similarity) `[..., Q, P]`.

    `patterns` `[..., P, d]`, `queries` `[..., Q, d]`; where `mask` `[..., Q, P]` is false a query
    does not see a pattern.
    """
    similarity = beta * queries @ patterns.mT
    if mask is not None:
        similarity = similarity.masked_fill(~mask, -torch.inf)
    return torch.exp(similarity - torch.logsumexp(similarity, dim=-1, keepdim=True))


def update(
    patterns: Tensor,
    queries: Tensor,
    beta: float,
    mask: Tensor | None = None,
    values: Tensor | None = None,
) -> Tensor:
    """One update of the states `queries`: Σ_μ weight_μ · pattern_μ `[..., Q, d]` (eq. 3).

    `values` `[..., P, v]`, if given, are retrieved instead of the patterns.
    """
    stored = patterns if values is None else values
    return weights(patterns, queries, beta, mask) @ stored


def energy(patterns: Tensor, states: Tensor, beta: float) -> Tensor:
    """E = −lse(β, similarity) + ½ |state|² `[..., Q]`, up to a constant (eq. 2)."""
    lse = torch.logsumexp(beta * states @ patterns.mT, dim=-1) / beta
    return states.square().sum(dim=-1) / 2 - lse


def effective_number(retrieved: Tensor) -> Tensor:
    """The effective number of retrieved patterns: exp of the entropy of weights `[..., P]`."""
    return torch.special.entr(retrieved).sum(dim=-1).exp()


def unit(vectors: Tensor) -> Tensor:
    """`vectors` `[..., d]` scaled to length one."""
    return vectors / vectors.norm(dim=-1, keepdim=True)


def separation(patterns: Tensor, queries: Tensor, targets: Tensor) -> Tensor:
    """Δ `[Q]`: similarity of a query to its target minus the largest to any other pattern.

    `targets` `[Q]` are indices into `patterns`.
    """
    similarity = queries @ patterns.T
    own = similarity.gather(1, targets[:, None]).squeeze(1)
    others = similarity.scatter(1, targets[:, None], -torch.inf)
    return own - others.amax(dim=1)
