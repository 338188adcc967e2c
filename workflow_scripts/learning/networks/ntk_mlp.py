"""Multilayer perceptrons in the NTK parametrisation, in float64."""

import itertools
import math

import torch
from torch import Tensor

from workflow_scripts.learning.networks.mlp import products
from workflow_scripts.learning.networks.network import Loss, Network, Parameters


class NtkMlp(Network):
    """Fully connected ReLU network without biases, `sizes[0]-…-sizes[-1]`, in float64.

    All weights are standard normal; a layer multiplies them by `scales[layer]`, 1/√inputs, and √2
    more after a ReLU, so that every layer has an effect of order one on the kernel at any width
    (Jacot et al. 2018, section 3; the factor √2 of He initialisation keeps the variance).
    """

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = list(sizes)
        self.layers = len(sizes) - 1
        self.scales = [
            math.sqrt((2 if layer else 1) / fan_in) for layer, fan_in in enumerate(sizes[:-1])
        ]

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.sizes[0],)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {f"weight{n}": pair for n, pair in enumerate(itertools.pairwise(self.sizes))}

    def prunable(self) -> list[str]:
        return list(self.shapes())

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        return self.forward(parameters, inputs)[1]

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        below, outputs = self.forward(parameters, inputs)
        outputs.requires_grad_(True)
        with torch.enable_grad():
            losses = loss(outputs, targets)
            (delta,) = torch.autograd.grad(losses.sum(), outputs)
        deltas = self.backward(parameters, below, delta)
        return losses.detach(), {
            f"weight{n}": products(hidden.transpose(1, 2), self.scales[n] * delta)
            for n, (hidden, delta) in enumerate(zip(below, deltas, strict=True))
        }

    def forward(self, parameters: Parameters, inputs: Tensor) -> tuple[list[Tensor], Tensor]:
        """The inputs `[M, B, units]` of each layer, and the outputs `[M, B, K]`."""
        members = parameters["weight0"].shape[0]
        hidden = inputs.expand(members, *inputs.shape) if inputs.dim() == 2 else inputs
        below = []
        for layer in range(self.layers):
            below.append(hidden)
            hidden = products(hidden, parameters[f"weight{layer}"]).mul_(self.scales[layer])
            if layer < self.layers - 1:
                hidden.relu_()
        return below, hidden

    def backward(self, parameters: Parameters, below: list[Tensor], delta: Tensor) -> list[Tensor]:
        """The derivatives `[M, B, units]` by the outputs of each layer before its ReLU.

        `below` are the inputs of the layers, and `delta` `[M, B, K]` is the derivative by the
        outputs of the network.
        """
        deltas = [delta]
        for layer in reversed(range(1, self.layers)):
            weight = parameters[f"weight{layer}"].transpose(1, 2)
            delta = products(self.scales[layer] * delta, weight)
            delta = torch.ops.aten.threshold_backward(delta, below[layer], 0.0)
            deltas.append(delta)
        return deltas[::-1]
