"""Focal loss in logits, and the losses of all arms: which places count, with which weight."""

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.focal.arm_settings import NEGATIVES
from workflow_scripts.studies.focal.objects import labels, numbers

LINEAR = 40.0
"""From here on softplus(x) is x in double precision; torch's own 20 would be wrong by 2e-9."""


class _Focal(torch.autograd.Function):
    """The loss at each place and its derivative in closed form, for logits of any size."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, positive: Tensor, gamma: Tensor, alpha: Tensor) -> Tensor:
        towards = torch.where(positive, logits, -logits)
        wrong = F.softplus(-towards, threshold=LINEAR)  # −log p_t
        right = wrong + towards  # −log(1 − p_t)
        weight = torch.where(positive, alpha, 1 - alpha) * torch.exp(-gamma * right)
        ctx.save_for_backward(positive, gamma, wrong, right, weight)
        return weight * wrong

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> tuple[Tensor, None, None, None]:
        positive, gamma, wrong, right, weight = ctx.saved_tensors
        # d/dx_t = −α_t (1 − p_t)^γ (γ p_t (−log p_t) + 1 − p_t)
        slope = -weight * (gamma * torch.exp(-wrong) * wrong + torch.exp(-right))
        return above * torch.where(positive, slope, -slope), None, None, None


def focal(logits: Tensor, positive: Tensor, gamma: Tensor, alpha: Tensor) -> Tensor:
    """Focal loss −α_t (1 − p_t)^γ log p_t of each logit (Lin et al. 2017, equation 5), in nats.

    `positive` is boolean; γ and α are broadcast. γ = 0 is the α-balanced cross-entropy. Exact for
    logits of any size: p_t and 1 − p_t are never computed by subtraction. Differentiable once, in
    the logits.
    """
    return cast(Tensor, _Focal.apply(logits, positive, gamma, alpha))  # type: ignore[no-untyped-call]


class Pace(Callback):
    """How far a training has come, from 0 to 1: what a curriculum depends on."""

    def __init__(self, steps: int) -> None:
        self.steps, self.share = steps, 0.0

    def __call__(self, step: int, parameters: Parameters) -> None:
        self.share = step / self.steps


class DetectionLoss:
    """The loss `[M]` of scores `[M, B, P, 1]`, each member's that of its arm.

    The sum over the places that its arm chooses, divided by the number of objects in the batch, and
    by 1 if there is none. Targets are those of `Objects`: they hold the arm.
    """

    def __init__(self, places: int, ignored: int, pace: Pace) -> None:
        self.places, self.ignored, self.pace = places, ignored, pace

    def __call__(self, outputs: Tensor, targets: Tensor) -> Tensor:
        logits = outputs.squeeze(-1)
        positive, counted = labels(targets, self.places, self.ignored)
        gamma, alpha = (numbers(targets, name)[:, :, None] for name in ("gamma", "alpha"))
        losses = focal(logits, positive, gamma, alpha)
        weights = self._chosen(losses.detach(), positive, counted, targets)
        objects = positive.flatten(1).sum(1).clamp(min=1)
        return (losses * weights).flatten(1).sum(1) / objects

    def _chosen(self, losses: Tensor, positive: Tensor, counted: Tensor, targets: Tensor) -> Tensor:
        """Ones and zeros `[M, B, P]`: the places that count in the loss of each member."""
        chosen = counted.to(losses.dtype).expand(losses.shape)
        kinds = numbers(targets, "negatives")[:, 0].int().tolist()
        amounts = numbers(targets, "amount")[:, 0].tolist()
        if all(kind == NEGATIVES.index("all") for kind in kinds):
            return chosen
        chosen = chosen.clone()
        for member, (kind, amount) in enumerate(zip(kinds, amounts, strict=True)):
            if kind == NEGATIVES.index("all"):
                continue
            own, there = losses[member], positive[member]
            negative = counted[member] & ~there
            picked = self._picked(NEGATIVES[kind], amount, own, there, negative, targets[member])
            chosen[member] = picked.to(losses.dtype)
        return chosen

    def _picked(
        self,
        kind: str,
        amount: float,
        losses: Tensor,
        positive: Tensor,
        negative: Tensor,
        targets: Tensor,
    ) -> Tensor:
        objects = max(int(positive.sum()), 1)
        if kind == "hardest":
            return hardest(losses, positive | negative, round(amount * len(losses)))
        if kind == "hardest-ratio":
            return positive | hardest(losses, negative, round(amount * objects))
        if kind == "random-ratio":
            chance = scattered(targets[:, 0], losses.shape[1])
            return positive | hardest(chance, negative, round(amount * objects))
        share = min(1.0, amount + 2 * (1 - amount) * self.pace.share)
        return positive | hardest(-losses, negative, round(share * int(negative.sum())))


def hardest(losses: Tensor, among: Tensor, count: int) -> Tensor:
    """Booleans: the `count` places `among` these with the largest losses."""
    values = losses.masked_fill(~among, -torch.inf).flatten()
    count = min(count, int(among.sum()))
    chosen = torch.zeros_like(values, dtype=torch.bool)
    chosen[values.topk(count).indices] = True
    return chosen.view(losses.shape)


def scattered(scenes: Tensor, places: int) -> Tensor:
    """Numbers `[B, P]` in [0, 1), as good as random, made of the scene and the place alone."""
    mixed = scenes.to(torch.int64)[:, None] * 1_000_003 + torch.arange(
        1, places + 1, device=scenes.device
    )
    for factor in (0x9E3779B1, 0x85EBCA77):
        mixed = (mixed * factor) & 0xFFFFFFFF
        mixed = mixed ^ (mixed >> 15)
    return (mixed & 0xFFFFFF).float() / 2**24
