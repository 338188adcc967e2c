"""The supernet of DARTS: every free edge is a weighted mean of all its operations."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.network import Loss, Parameters, members_of
from workflow_scripts.studies.nas.cell import NONE, SKIP, Choices, convolved
from workflow_scripts.studies.nas.network import CellNetwork, Paths

ARCHITECTURE = "architecture"
FIXED = ("edges.scale", "edges.shift")
"""Not trained: an operation could make itself larger by its scale (Liu et al. 2019, A.1.1)."""
START = 1e-3
"""Standard deviation of the architecture weights before training."""
EPSILON = 0.01
"""Length of the finite difference of the second order (Liu et al. 2019, footnote 2)."""


@dataclass(frozen=True)
class Bilevel:
    """How the architecture weights are trained beside the others."""

    order: int
    """1, or 2 with the gradient through one step of the weights (Liu et al. 2019, equation 7)."""
    step: float
    """ξ, the length of that step; no effect in the first order."""
    factor: float
    """Rate of the architecture weights over that of the others."""
    dropout: float = 0.0
    """Share of examples for which a skip connection brings nothing while weights are trained."""


class Supernet(CellNetwork):
    """M supernets of one space; examples are pairs of a training and a held-out signal.

    Inputs `[M, B, 2, L]` and targets `[M, B, 2]`: one half trains the weights, the other the
    architecture, both in every step. What the optimiser moves is the architecture weight over
    `factor`, so that its rate is `factor` times that of the weights.
    """

    def __init__(
        self,
        length: int,
        channels: int,
        classes: int,
        edges: Choices,
        members: int,
        bilevel: Bilevel,
    ) -> None:
        slots = max(convolved(operations) for operations in edges)
        super().__init__(length, channels, classes, [edges] * members, max(slots, 1))
        self.edges, self.bilevel = edges, bilevel
        self.free = [edge for edge, operations in enumerate(edges) if len(operations) > 1]
        self._kept: list[torch.Generator] | None = None

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {ARCHITECTURE: (len(self.free), self.most)}

    @property
    def trained(self) -> list[str]:
        """Names of the weights that one half of the signals trains."""
        return [name for name in self.shapes() if name not in (ARCHITECTURE, *FIXED)]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name == ARCHITECTURE:
            return torch.randn(shape, generator=generator) * START / self.bilevel.factor
        return super().initial(name, shape, generator)

    def shares(self, parameters: Parameters) -> Tensor:
        """The share of each operation in each free edge, `[M, free, operations]`."""
        return (self.bilevel.factor * parameters[ARCHITECTURE]).softmax(2)

    def found(self, parameters: Parameters) -> list[str]:
        """The cell of each member: in each free edge the largest operation, none excepted."""
        operations = self.edges[self.free[0]]
        shares = self.shares(parameters)
        if NONE in operations:
            shares = shares.clone()
            shares[:, :, list(operations).index(NONE)] = -1
        cells = []
        for largest in shares.argmax(2).tolist():
            cell = [edge[0] for edge in self.edges]
            for edge, number in zip(self.free, largest, strict=True):
                cell[edge] = operations[number]
            cells.append("".join(cell))
        return cells

    def mixing(self, parameters: Parameters) -> Tensor | None:
        shares = self.shares(parameters)
        every = shares.new_ones(len(shares), len(self.edges), self.most)
        return every.index_copy(1, torch.tensor(self.free, device=every.device), shares)

    def kept(self, paths: Paths, batch: int) -> Tensor | None:
        if self._kept is None or paths.operation != SKIP:
            return None
        members = paths.members.tolist()
        drawn = {
            member: torch.rand(1, 1, batch, generator=self._kept[member]) for member in members
        }
        each = torch.stack([drawn[member] for member in members])
        return (each >= self.bilevel.dropout).float().to(paths.members.device)

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        """Losses `[M]` of the training half, and the gradient of each half where it belongs."""
        shown, asked = inputs[:, :, 0], inputs[:, :, 1]
        named, answers = targets[:, :, 0], targets[:, :, 1]
        if self.bilevel.dropout:
            # From the signals themselves: other signals, other draws; the same signals, the same.
            bits = shown.contiguous().view(torch.int32).flatten(1).sum(1).tolist()
            self._kept = [generator(value % 2**31, "operation dropout") for value in bits]
        losses, own = self._slopes(self.trained, parameters, shown, named, loss)
        self._kept = None
        if self.bilevel.order == 1:
            _, held_out = self._slopes([ARCHITECTURE], parameters, asked, answers, loss)
            own[ARCHITECTURE] = held_out[ARCHITECTURE]
        else:
            own[ARCHITECTURE] = self._through(
                parameters, own, (shown, named), (asked, answers), loss
            )
        shapes = self.shapes()
        fixed = {name: torch.zeros_like(parameters[name]) for name in FIXED if name in shapes}
        return losses, {name: (own | fixed)[name] for name in shapes}

    def _slopes(
        self,
        names: Sequence[str],
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        loss: Loss,
    ) -> tuple[Tensor, Parameters]:
        """Losses `[M]`, and their gradients for some parameters; all others are constants."""
        leaves = {name: parameters[name].detach().requires_grad_(True) for name in names}
        with torch.enable_grad():
            losses = loss(self.logits(parameters | leaves, inputs), targets)
            gradients = torch.autograd.grad(losses.sum(), list(leaves.values()))
        return losses.detach(), dict(zip(names, gradients, strict=True))

    def _through(
        self,
        parameters: Parameters,
        gradients: Parameters,
        shown: tuple[Tensor, Tensor],
        asked: tuple[Tensor, Tensor],
        loss: Loss,
    ) -> Tensor:
        """The gradient of the held-out loss after one step of the weights, by differences."""
        trained = self.trained
        xi = self.bilevel.step
        after = _moved(parameters, gradients, trained, gradients[trained[0]].new_full((1,), -xi))
        _, there = self._slopes([*trained, ARCHITECTURE], after, *asked, loss)
        length = _length(there, trained)
        ends = []
        for sign in (1, -1):
            at = _moved(parameters, there, trained, sign * EPSILON / length)
            _, end = self._slopes([ARCHITECTURE], at, *shown, loss)
            ends.append(end[ARCHITECTURE])
        rise = (ends[0] - ends[1]) * (length / (2 * EPSILON)).view(-1, 1, 1)
        return there[ARCHITECTURE] - xi * rise


def _length(gradients: Parameters, names: Sequence[str]) -> Tensor:
    """The Euclidean length `[M]` of some gradients."""
    return torch.stack([gradients[n].flatten(1).square().sum(1) for n in names]).sum(0).sqrt()


def _moved(
    parameters: Parameters, along: Parameters, names: Sequence[str], stride: Tensor
) -> Parameters:
    """The parameters, some of them moved by `stride` `[M]` times a direction."""
    members = members_of(parameters)
    stride = stride.expand(members)
    return parameters | {
        name: parameters[name] + stride.view(-1, *[1] * (along[name].dim() - 1)) * along[name]
        for name in names
    }
