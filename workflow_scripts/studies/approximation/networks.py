"""The networks of the study: perceptrons as torch starts them, and one with a polynomial."""

import math

import torch
from torch import Tensor

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Loss, Network, Parameters

POWER = 3
"""Degree of the polynomial activation."""


class LinearStart(Mlp):
    """A ReLU perceptron with the initial values of torch's `Linear`, biases included.

    The biases of `Mlp` begin at zero, which puts every knot of a function of one variable at zero.
    """

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        layer = int(name.removeprefix("weight").removeprefix("bias"))
        return (2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(self.sizes[layer])


class HeStart(LinearStart):
    """The same perceptron with the initial weights of He et al. (2015), for deep networks.

    Those of `LinearStart` shrink every layer, so that a deep network begins as a constant.
    """

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("bias"):
            return super().initial(name, shape, generator)
        return torch.randn(shape, generator=generator) * math.sqrt(2 / shape[0])


class Cubic(LinearStart):
    """The same perceptron with the third power as activation, for which no width is enough.

    Networks of one hidden layer are dense in the continuous functions exactly if the activation is
    no polynomial (Leshno et al. 1993).
    """

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        return self._affine(parameters, 1, self.hidden(parameters, inputs))

    def hidden(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """The hidden units `[M, B, m]`."""
        return self._affine(parameters, 0, inputs) ** POWER

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        return Network.losses_and_gradients(self, parameters, inputs, targets, loss)
