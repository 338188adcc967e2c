"""A curve of networks as a `Network`, whose parameters are the bends."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.network import Loss, Network, Parameters, members_of
from workflow_scripts.learning.paths.curve import Bends, Curve, inner_shapes, spread, weights_at


class CurveNetwork(Network):
    """M curves between the networks `first` and `second` `[M, …]`, which stay fixed.

    A member is a curve; its parameters are the bends `[M, K, *shape]`, its outputs those of the
    network at `positions` `[M]`, which `Positions` draws anew for every step. The training loop
    therefore minimises the mean loss along the curve (Garipov et al. 2018, equation 2).
    """

    def __init__(
        self, network: Network, curve: Curve, first: Parameters, second: Parameters
    ) -> None:
        self.network, self.curve = network, curve
        self.first, self.second = first, second
        self.positions = torch.full((members_of(first),), 0.5, dtype=torch.float64)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.network.input_shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return inner_shapes(self.network, self.curve.bends)

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        bends = [self.network.initial(name, shape[1:], generator) for _ in range(shape[0])]
        return torch.stack(bends)

    def prunable(self) -> list[str]:
        return self.network.prunable()

    def at(self, bends: Bends, positions: Tensor) -> Parameters:
        """The networks `[M, …]` at positions `[M]` of the curves with these bends."""
        return weights_at(self.curve, self.first, bends, self.second, positions)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        return self.network.logits(self.at(parameters, self.positions), inputs)

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        weights = self.at(parameters, self.positions)
        losses, gradients = self.network.losses_and_gradients(weights, inputs, targets, loss)
        # The weights are linear in the bends: the chain rule is a multiplication.
        shares = self.curve.coefficients(self.positions)[:, 1:-1].to(losses)
        bends = {
            name: torch.stack(
                [spread(share, gradient.dim()) * gradient for share in shares.unbind(1)], 1
            )
            for name, gradient in gradients.items()
        }
        return losses, bends


class Positions(Callback):
    """Before each step, new positions for all curves, uniform in [0, 1].

    Positions depend only on the seed of the curve and the step: a resumed training draws the same.
    """

    def __init__(self, network: CurveNetwork, seeds: Sequence[int]) -> None:
        self.network, self.seeds = network, seeds

    def __call__(self, step: int, parameters: Parameters) -> None:
        drawn = [
            torch.rand(1, generator=generator(seed, "position", step), dtype=torch.float64)
            for seed in self.seeds
        ]
        self.network.positions = torch.cat(drawn).to(self.network.positions.device)
