"""The largest loss in a ball or box around the weights, by conditional gradient ascent."""

from typing import Literal

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.vectors import norms
from workflow_scripts.learning.networks.network import Parameters

Norm = Literal["two", "box"]


@torch.no_grad()
def worst_increase(
    objective: Objective,
    parameters: Parameters,
    radius: float,
    norm: Norm,
    scale: Tensor | None = None,
    steps: int = 10,
) -> tuple[Tensor, Tensor]:
    """Losses at `parameters` `[M]`, and the largest L(w + s ⊙ u) − L(w) `[M]` with ‖u‖ ≤ `radius`.

    `norm` is Euclidean ("two") or the largest coordinate ("box"); `scale` s `[M, P]` is 1 by
    default. Each of `steps` gradients moves u to the boundary point to which it points (the
    conditional gradient method of Frank & Wolfe 1956), or half as far as before if the loss did not
    rise. One step is the step of SAM; on a convex quadratic in the ball the method is the power
    iteration. The result is a non-negative lower bound that more steps never decrease.
    """
    weights = objective.weights(parameters)
    scale = torch.ones_like(weights) if scale is None else scale
    away = torch.zeros_like(weights)  # s ⊙ u at the best point so far
    before, slope = objective.gradients(parameters)
    best, stride = before, torch.ones_like(before)
    for step in range(steps):
        towards = scale * _boundary(scale * slope, radius, norm)
        tried = away + stride.to(away).unsqueeze(1) * (towards - away)
        there = objective.at(weights + tried, parameters)
        if step < steps - 1:
            losses, slope_there = objective.gradients(there)
        else:
            losses, slope_there = objective.losses(there), slope
        better = losses > best
        stride = torch.where(better, (2 * stride).clamp_max(1), stride / 2)
        best = torch.where(better, losses, best)
        away = torch.where(better.unsqueeze(1), tried, away)
        slope = torch.where(better.unsqueeze(1), slope_there, slope)
    return before, best - before


def _boundary(slope: Tensor, radius: float, norm: Norm) -> Tensor:
    """The point of norm `radius` that maximises a linear function with this slope."""
    if norm == "box":
        return radius * slope.sign()
    length = norms(slope).clamp_min(torch.finfo(slope.dtype).tiny)
    return radius * slope / length.to(slope).unsqueeze(1)
