"""The function whose curvature is measured: each member's mean loss over one set of examples."""

from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.pearlmutter import MlpHessian
from workflow_scripts.learning.curvature.products import AutogradHessian, Hessian
from workflow_scripts.learning.curvature.vectors import flat, unflat
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

    Weight decay is no part of it. `inputs` are `[N, *example]`, shared, or `[M, N, *example]`,
    `labels` `[N]` or `[M, N]`. Of a normalising network the statistics are those that its
    parameters were `calibrated` with; they stay as they are while the weights move.
    All examples are taken at once: memory grows with M·N times the units of the network.
    """

    network: Network
    inputs: Tensor
    labels: Tensor
    loss: Loss = cross_entropy

    def weights(self, parameters: Parameters) -> Tensor:
        """What is differentiated, as rows `[M, P]`: all parameters, no statistics."""
        return flat({name: parameters[name] for name in self.network.shapes()})

    def at(self, weights: Tensor, parameters: Parameters) -> Parameters:
        """Parameters with the given rows of weights `[M, P]`, and the statistics as they were."""
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
        """The Hessians at `parameters`, to multiply rows of vectors with."""
        inputs, targets = self._examples(parameters)
        if isinstance(self.network, Mlp):
            return MlpHessian(self.network, parameters, inputs, targets, self.loss)
        return AutogradHessian(self.network, parameters, inputs, targets, self.loss)

    def _examples(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """Inputs and labels with the axis of members, without copies."""
        members, device = members_of(parameters), device_of(parameters)
        inputs, labels = self.inputs.to(device), self.labels.to(device)
        if inputs.dim() == len(self.network.input_shape) + 1:
            inputs = inputs.expand(members, *inputs.shape)
        return inputs, labels if labels.dim() == 2 else labels.expand(members, -1)
