"""The loss of a batch, one a member; others than this one are kinds with files of their own."""

import torch.nn.functional as F
from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy `[M]` in nats of logits `[M, B, K]` and classes `[M, B]`.

    Or of logits `[M, B, *places, K]` and a class at each place, `[M, B, *places]`.
    """
    flat = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none")
    return flat.view(targets.shape).flatten(1).mean(1)
