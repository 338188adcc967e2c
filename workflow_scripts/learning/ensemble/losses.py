"""Losses of a batch, one a member."""

import torch
import torch.nn.functional as F
from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy `[M]` in nats of logits `[M, B, K]` and classes `[M, B]`.

    Or of logits `[M, B, *places, K]` and a class at each place, `[M, B, *places]`.
    """
    flat = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none")
    return flat.view(targets.shape).flatten(1).mean(1)


def stablemax_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """As `cross_entropy`, with StableMax for the softmax (Prieto et al. 2025, equation 4).

    Probabilities are s(z) / Σ s(z) with s(z) = z + 1 for z ≥ 0, else 1 / (1 − z): it grows
    linearly, so that a large margin never rounds the other probabilities away. Computed as
    logarithms, in which s is monotone and finite.
    """
    size = torch.log1p(logits.abs()) * logits.sign()
    return cross_entropy(size, targets)
