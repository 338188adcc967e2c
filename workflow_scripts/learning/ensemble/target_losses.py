"""Losses for targets that are not class numbers, one value per member."""

from torch import Tensor


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy `[M]` in nats of logits `[M, B, K]` against soft targets `[M, B, K]`."""
    return -(targets * logits.log_softmax(-1)).sum(-1).mean(1)


def squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean squared difference `[M]` of outputs and targets, `[M, B, …]` both."""
    return (outputs - targets).square().flatten(1).mean(1)
