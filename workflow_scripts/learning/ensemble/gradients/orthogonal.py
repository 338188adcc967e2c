"""⊥Grad: gradients without the component that only scales the weights."""

from torch import Tensor

from workflow_scripts.learning.ensemble.gradients.treatment import Treatment
from workflow_scripts.learning.networks.network import Parameters

TINY = 1e-30


class Orthogonal(Treatment):
    """`orthogonal` as a treatment."""

    def treated(
        self,
        gradients: Parameters,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        step: int,
    ) -> Parameters:
        return orthogonal(gradients, parameters)


def orthogonal(gradients: Parameters, parameters: Parameters) -> Parameters:
    """Gradients `[M, …]` orthogonal to the parameters, separately for each tensor of each member.

    The component along the weights is removed and the norm restored (Prieto et al. 2025, section 5:
    steps along it would only raise the confidence in examples that are already correct).
    """
    result: Parameters = {}
    for name, gradient in gradients.items():
        weights = parameters[name].flatten(1)
        flat = gradient.flatten(1)
        along = (weights * flat).sum(1, keepdim=True) / (
            weights.square().sum(1, keepdim=True) + TINY
        )
        across = flat - along * weights
        scale = flat.norm(dim=1, keepdim=True) / (across.norm(dim=1, keepdim=True) + TINY)
        result[name] = (scale * across).view_as(gradient)
    return result
