"""A network that is linear in its parameters: the first-order expansion of another one."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters


class Linearised(Network):
    """f(θ₀) + ∇f(θ₀) · (θ − θ₀) of another network, for each member around its own θ₀.

    Its kernel never changes: gradient descent on it is kernel gradient descent (Lee et al. 2019,
    section 2.2). Parameters are those of the network, `[M, …]` for the M members of `centre`.
    """

    def __init__(self, network: Network, centre: Parameters) -> None:
        self.network = network
        self.centre = centre

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.network.input_shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self.network.shapes()

    def prunable(self) -> list[str]:
        return self.network.prunable()

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        return self.network.initial(name, shape, generator)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        moved = {name: parameters[name] - centre for name, centre in self.centre.items()}

        def outputs(at: Parameters) -> Tensor:
            return self.network.logits(at, inputs)

        both: tuple[Tensor, ...] = torch.func.jvp(outputs, (self.centre,), (moved,))
        return both[0] + both[1]
