"""The targets and the loss of a student: a softened teacher and, beside it, labels."""

from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.data.targets import Targets

EXTRA = 3
"""Numbers of a target besides the probabilities: the label, the temperature and the weight."""


class Distilled(Targets):
    """Soft targets with all that the loss needs, `[N, K + 3]`, or `[M, N, K + 3]` by member.

    K probabilities, the class number, the temperature T at which the student is read, and the
    weight α of the soft targets; 1 − α is that of the labels.
    """

    target_axes: ClassVar[int | None] = 1

    @classmethod
    def packed(cls, soft: Tensor, labels: Tensor, temperature: float, weight: float) -> Self:
        """Targets from probabilities `[…, N, K]` and labels `[…, N]` of M members or of none."""
        same = torch.tensor([temperature, weight], dtype=soft.dtype)
        same = same.expand(*labels.shape, 2)
        values = torch.cat([soft, labels.unsqueeze(-1).to(soft.dtype), same], dim=-1)
        return cls(values, per_member=labels.dim() > 1)

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """The loss of each example, and whether the largest logit is that of the label."""
        labels = targets[..., -EXTRA].long()
        accuracy = outputs.argmax(-1) == labels
        return {"loss": distillation_losses(outputs, targets), "accuracy": accuracy}


def distillation_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """α T² KL(q ‖ softmax(z / T)) + (1 − α) cross-entropy of the label, in nats, by example.

    For logits `[…, K]` and packed targets `[…, K + 3]`. With T², gradients keep their size at any
    temperature (Hinton et al. 2015, section 2).
    """
    soft = targets[..., :-EXTRA]
    temperature, weight = targets[..., -2], targets[..., -1]
    read = (logits / temperature.unsqueeze(-1)).log_softmax(-1)
    divergence = (torch.xlogy(soft, soft) - soft * read).sum(-1)
    labels = targets[..., -EXTRA].long().unsqueeze(-1)
    hard = -logits.log_softmax(-1).gather(-1, labels).squeeze(-1)
    return weight * temperature.square() * divergence + (1 - weight) * hard


def distillation(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean over a batch of the losses of its examples `[M]`, in nats."""
    return distillation_losses(logits, targets).mean(1)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Labels `[…]` as probabilities `[…, K]`."""
    return F.one_hot(labels, classes).float()
