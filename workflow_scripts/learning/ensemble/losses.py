"""The default loss of a batch, one value per member; other losses have their own files."""

import torch.nn.functional as F
from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy `[M]` in nats of logits `[M, B, K]` and classes `[M, B]`.

    With outputs at several places, logits are `[M, B, *places, K]` and classes `[M, B, *places]`.
    """
    flat = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none")
    return flat.view(targets.shape).flatten(1).mean(1)
