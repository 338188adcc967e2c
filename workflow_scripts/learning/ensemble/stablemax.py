"""Cross-entropy that never rounds a gradient to zero."""

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.losses import cross_entropy


def stablemax_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """As `cross_entropy`, with StableMax instead of the softmax (Prieto et al. 2025, equation 4).

    Probabilities are s(z) / Σ s(z) with s(z) = z + 1 for z ≥ 0, else 1 / (1 − z): it grows
    linearly, so that a large margin never rounds the other probabilities away. Computed as
    logarithms, in which s is monotone and finite; log s has the slope 1 / (1 + |z|), also at zero,
    where its two branches meet.
    """
    size = torch.where(
        logits >= 0, torch.log1p(logits.clamp(min=0)), -torch.log1p(-logits.clamp(max=0))
    )
    return cross_entropy(size, targets)
