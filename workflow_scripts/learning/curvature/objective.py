"""The function whose curvature is measured: each member's mean loss over one set of examples."""

from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.pearlmutter import MlpHessian
from workflow_scripts.learning.curvature.products import AutogradHessian, Hessian
from workflow_scripts.learning.curvature.vectors import flat, unflat
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import (
    Loss,
    Network,
    Parameters,
    device_of,
    members_of,
)


@dataclass(frozen=True)
class Objective:
    """Mean loss of M members over N examples, as a function of their parameters.

    Weight decay is not included. The normalisation statistics are those with which the parameters
    were `calibrated`; they stay fixed while the weights change.
    All examples are processed at once: memory grows with M·N times the units of the network.
    """

    network: Network
    examples: Split
    loss: Loss = cross_entropy

    def weights(self, parameters: Parameters) -> Tensor:
        """The variables of the objective as rows `[M, P]`: all parameters, no statistics."""
        return flat({name: parameters[name] for name in self.network.shapes()})

    def at(self, weights: Tensor, parameters: Parameters) -> Parameters:
        """Parameters with the given rows of weights `[M, P]`, and unchanged statistics."""
        return parameters | unflat(weights, self.network.shapes())

    @torch.no_grad()
    def losses(self, parameters: Parameters) -> Tensor:
        """The losses `[M]`."""
        inputs, targets = self._examples(parameters)
        return self.loss(self.network.logits(parameters, inputs), targets)

    def gradients(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """The losses `[M]` and their gradients as rows `[M, P]`."""
        losses, gradients = self.network.losses_and_gradients(
            parameters, *self._examples(parameters), self.loss
        )
        return losses, flat({name: gradients[name] for name in self.network.shapes()})

    def hessian(self, parameters: Parameters) -> Hessian:
        """The Hessians at `parameters`, as operators on rows of vectors."""
        examples = self._examples(parameters)
        if isinstance(self.network, Mlp):
            return MlpHessian(self.network, parameters, *examples, self.loss)
        return AutogradHessian(self.network, parameters, *examples, self.loss)

    def _examples(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """Inputs and targets with an axis of members, without copying shared ones."""
        members, device = members_of(parameters), device_of(parameters)
        inputs, targets = self.examples.to(device).part(0, len(self.examples), members)
        if self.examples.rows is None:
            inputs = inputs.expand(members, *inputs.shape)
        return inputs, targets
