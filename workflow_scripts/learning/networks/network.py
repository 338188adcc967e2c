"""The interface of networks: named parameters with a leading axis M, one slice per member."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Parameters = dict[str, Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]
"""From outputs `[M, B, …]` and the targets of a batch `[M, B, *target]` to losses `[M]`.

The loss of a member depends only on its own outputs and targets, because some networks and
sharpness-aware steps compute the losses of only some members at a time. Example weights, and
anything else that a loss needs to know about an example, therefore belong in the targets.
"""


class Network(ABC):
    """M networks of one architecture as one tensor program.

    Parameters are a dict of tensors `[M, *shape]`. Inputs are either `[B, *example]`, shared by
    all members, or `[M, B, *example]`, of any type: an example is a vector, an image, a sequence
    of vectors, a row of tokens. Outputs are `[M, B, K]`, or `[M, B, *places, K]` for a network with
    outputs at several places: logits of classes, or real numbers.
    """

    @property
    @abstractmethod
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example."""

    @abstractmethod
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter of one member, in the order of the layers."""

    @abstractmethod
    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Draw the initial value `[*shape]` of parameter `name` for one member."""

    @abstractmethod
    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """Outputs `[M, B, *places, K]`; called logits even if they are real numbers."""

    @abstractmethod
    def prunable(self) -> list[str]:
        """Names of the weights that pruning may remove (never biases or normalisation)."""

    def calibrated(self, parameters: Parameters, inputs: Tensor) -> Parameters:
        """The parameters, with the normalisation statistics of `inputs` added.

        `inputs` are `[N, *example]`, or `[M, N, *example]` if each member has its own. A network
        without normalisation returns its parameters unchanged.
        """
        return parameters

    def initialise(self, seeds: Sequence[int]) -> Parameters:
        """Initial parameters, each member from its own seed, independent of the others."""
        shapes = self.shapes()
        members = []
        for seed in seeds:
            generator = torch.Generator().manual_seed(seed)
            members.append({n: self.initial(n, s, generator) for n, s in shapes.items()})
        return {name: torch.stack([member[name] for member in members]) for name in shapes}

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        """Losses `[M]` and the gradient of each member's loss with respect to its parameters.

        Inputs are `[M, B, *example]` here. Statistics of a calibrated network are constants.
        """
        leaves = {n: parameters[n].detach().requires_grad_(True) for n in self.shapes()}
        with torch.enable_grad():
            losses = loss(self.logits(parameters | leaves, inputs), targets)
            gradients = torch.autograd.grad(losses.sum(), list(leaves.values()))
        return losses.detach(), dict(zip(leaves, gradients, strict=True))


def member_slice(parameters: Parameters, start: int, stop: int) -> Parameters:
    """Views of the members `start:stop`."""
    return {name: tensor[start:stop] for name, tensor in parameters.items()}


def members_of(parameters: Parameters) -> int:
    """The number M of members."""
    return next(iter(parameters.values())).shape[0]


def moved(parameters: Parameters, device: torch.device | str) -> Parameters:
    """The parameters on `device`."""
    return {name: tensor.to(device) for name, tensor in parameters.items()}


def device_of(parameters: Parameters) -> torch.device:
    """The device of the parameters."""
    return next(iter(parameters.values())).device
