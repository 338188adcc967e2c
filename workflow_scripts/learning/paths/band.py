"""A nudged elastic band as a `Network`, whose parameters are the pivots.

Jónsson, Mills & Jacobsen 1998; Draxler, Veschgini, Salmhofer & Hamprecht 2018.
"""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters
from workflow_scripts.learning.paths.curve import Bends, inner_shapes


class ElasticBand(Network):
    """M bands of P pivots between the networks `first` and `second` `[M, …]`, which stay fixed.

    A member is a band; its parameters are the pivots `[M, P, *shape]`. All pivots of a band see the
    same batch. A step does not follow the gradient of a function but the force of the band: the
    gradient of the loss of each pivot without its component along the path, and springs along the
    path that keep the pivots apart (Draxler et al. 2018, equations 3–6). The tangent at a pivot
    points to its neighbour of higher loss. `end_losses` `[M, 2]` are the losses of the two ends.
    """

    def __init__(
        self,
        network: Network,
        pivots: int,
        spring: float,
        first: Parameters,
        second: Parameters,
        end_losses: Tensor,
    ) -> None:
        self.network, self.pivots, self.spring = network, pivots, spring
        self.first, self.second, self.end_losses = first, second, end_losses

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.network.input_shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return inner_shapes(self.network, self.pivots)

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        pivots = [self.network.initial(name, shape[1:], generator) for _ in range(shape[0])]
        return torch.stack(pivots)

    def prunable(self) -> list[str]:
        return self.network.prunable()

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """The mean logits of a band's pivots `[M, B, classes]`."""
        logits = self.network.logits(self._flat(parameters), self._repeated(inputs))
        return logits.view(-1, self.pivots, *logits.shape[1:]).mean(1)

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        repeated = targets.repeat_interleave(self.pivots, 0)
        flat, gradients = self.network.losses_and_gradients(
            self._flat(parameters), self._repeated(inputs), repeated, loss
        )
        losses = flat.view(-1, self.pivots)
        return losses.mean(1), self._forces(parameters, gradients, losses)

    def _forces(self, pivots: Bends, gradients: Parameters, losses: Tensor) -> Parameters:
        """The negative force on each pivot `[M, P, *shape]`, used in place of a gradient."""
        ends = self.end_losses.to(losses)
        heights = torch.cat([ends[:, :1], losses, ends[:, 1:]], 1)
        uphill = heights[:, 2:] > heights[:, :-2]
        members, accurate = len(losses), torch.float64
        squares = losses.new_zeros(members, self.pivots + 1, dtype=accurate)
        along = losses.new_zeros(members, self.pivots, dtype=accurate)
        tangents, downs = {}, {}
        for name, points in pivots.items():
            path = torch.cat(
                [self.first[name].unsqueeze(1), points, self.second[name].unsqueeze(1)], 1
            ).flatten(2)
            steps = path[:, 1:] - path[:, :-1]
            tangent = torch.where(uphill.unsqueeze(2), steps[:, 1:], steps[:, :-1])
            down = gradients[name].view(*losses.shape, -1)
            squares += torch.einsum("mpn,mpn->mp", steps, steps)
            along += torch.einsum("mpn,mpn->mp", down, tangent)
            tangents[name], downs[name] = tangent, down
        lengths = squares.sqrt()
        norm = torch.where(uphill, lengths[:, 1:], lengths[:, :-1])
        pull = self.spring * (lengths[:, 1:] - lengths[:, :-1])
        taken = ((along / norm + pull) / norm).to(losses).unsqueeze(2)
        return {
            name: torch.addcmul(downs[name], taken, tangents[name], value=-1).view(points.shape)
            for name, points in pivots.items()
        }

    def _flat(self, pivots: Bends) -> Parameters:
        return {name: tensor.flatten(0, 1) for name, tensor in pivots.items()}

    def _repeated(self, inputs: Tensor) -> Tensor:
        """The batch of a band, repeated for each of its pivots; a shared batch stays shared."""
        own = inputs.dim() == 2 + len(self.network.input_shape)
        return inputs.repeat_interleave(self.pivots, 0) if own else inputs


def inserted(pivots: Bends, first: Parameters, second: Parameters, chosen: Tensor) -> Bends:
    """The pivots with a new one in the middle of each chosen segment.

    `chosen` `[M, P + 1]` marks the segments; ValueError unless each band has the same number.
    """
    counts = chosen.sum(1)
    if (counts != counts[0]).any():
        raise ValueError("every band must get the same number of new pivots")
    found = {}
    for name, points in pivots.items():
        path = torch.cat([first[name].unsqueeze(1), points, second[name].unsqueeze(1)], 1)
        middles = (path[:, 1:] + path[:, :-1]) / 2
        bands = []
        for band, halves, which in zip(path, middles, chosen, strict=True):
            row = []
            for segment, here in enumerate(which.tolist()):
                row += [halves[segment]] if here else []
                row += [band[segment + 1]]
            bands.append(torch.stack(row[:-1]))
        found[name] = torch.stack(bands)
    return found


def worst_segments(knots: Tensor, middles: Tensor, number: int) -> Tensor:
    """The segments `[M, S]` whose middle rises most above the mean of their two knots.

    `knots` `[M, S + 1]` and `middles` `[M, S]` are losses; `number` segments per band are chosen.
    """
    rise = middles - (knots[:, 1:] + knots[:, :-1]) / 2
    number = min(number, rise.shape[1])
    chosen = torch.zeros(rise.shape, dtype=torch.bool)
    return chosen.scatter(1, rise.topk(number, 1).indices, True)
