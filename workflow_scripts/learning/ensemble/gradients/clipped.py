"""Gradients that are shortened to a threshold."""

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.gradients.treatment import Treatment
from workflow_scripts.learning.networks.network import Parameters


class Clipped(Treatment):
    """`clipped` as a treatment."""

    def __init__(self, norm: float) -> None:
        self.norm = norm

    def treated(
        self,
        gradients: Parameters,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        step: int,
    ) -> Parameters:
        return clipped(gradients, self.norm)


def clipped(gradients: Parameters, norm: float) -> Parameters:
    """Gradients `[M, …]` whose norm over all tensors of a member is at most `norm`.

    Shorter ones keep their bits (Pascanu et al. 2013, algorithm 1).
    """
    parts = (gradient.flatten(1).square().sum(1) for gradient in gradients.values())
    factor = (norm / sum(parts, torch.tensor(0.0)).sqrt()).clamp(max=1.0)
    return {
        name: gradient * factor.view(-1, *[1] * (gradient.dim() - 1))
        for name, gradient in gradients.items()
    }
