"""Networks of cells of which every member may have another: one tensor program for all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of
from workflow_scripts.studies.nas.cell import (
    DILATIONS,
    EDGES,
    NODES,
    NONE,
    POOL,
    Choices,
    convolved,
)
from workflow_scripts.studies.nas.flow import TAPS, Run, averaged, brought, filtered

EPSILON = 1e-5
STEM = 5
"""Points that the first convolution reads; it halves the length."""


@dataclass(frozen=True, eq=False)
class Paths:
    """All operations of one kind that leave one node: parallel lists, sorted by the target node.

    What is here in tensors is used as an index, on the device of the parameters.
    """

    operation: str
    members: Tensor
    """`[P]`: the member of each path."""
    rows: Tensor
    """`[P]`: the rows of the path's weights among those of all members, if it has any."""
    mixing: Tensor
    """`[P]`: the rows of its architecture weight among those of all members."""
    runs: tuple[Run, ...]
    """Those with the same target node."""

    def to(self, device: torch.device) -> "Paths":
        """The same on `device`."""
        tensors = {name: getattr(self, name).to(device) for name in ("members", "rows", "mixing")}
        return replace(self, **tensors, runs=tuple(run.to(device) for run in self.runs))

    @property
    def of_all(self) -> bool:
        """Whether every member has a path to every target, as supernets have."""
        return all(run.members is None for run in self.runs)


class CellNetwork(Network):
    """Stem, one cell, global average pooling, a linear layer; members have cells of their own.

    Signals `[B, L]` or `[M, B, L]`. Node 0 of the cell is the stem's output, every later node the
    sum of what its edges bring, the last node the cell's output. A convolution is ReLU, three taps,
    batch normalisation (Dong & Yang 2020, section 2.1); skip connections and pooling are linear.
    Normalisation is that of `Residual`: statistics of the batch unless the parameters were
    `calibrated`.
    """

    def __init__(
        self, length: int, channels: int, classes: int, cells: Sequence[Choices], slots: int = 1
    ) -> None:
        self.length, self.channels, self.classes = length, channels, classes
        self.cells, self.slots = list(cells), slots
        self.most = max((len(edge) for cell in cells for edge in cell), default=1)
        self.convolves = any(convolved(edge) for cell in cells for edge in cell)
        """Whether any member has a convolution in its cell."""
        paths = [self._leaving(node) for node in range(NODES - 1)]
        self._paths = {torch.device("cpu"): paths}

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.length,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        channels, rows = self.channels, len(EDGES) * self.slots
        shapes: dict[str, tuple[int, ...]] = {
            "stem.weight": (channels, STEM),
            "stem.scale": (channels,),
            "stem.shift": (channels,),
            "output.weight": (channels, self.classes),
            "output.bias": (self.classes,),
        }
        edges: dict[str, tuple[int, ...]] = {
            "edges.weight": (rows, channels, TAPS * channels),
            "edges.scale": (rows, channels),
            "edges.shift": (rows, channels),
        }
        # Last, so that the other weights that a seed draws are the same with and without them.
        return shapes | edges if self.convolves else shapes

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.endswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.endswith("weight"):
            fan_in = shape[0] if name == "output.weight" else shape[-1]
            return torch.randn(shape, generator=generator) * math.sqrt(2 / fan_in)
        return torch.ones(shape) if name.endswith("scale") else torch.zeros(shape)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        return self._forward(parameters, inputs, None)

    @torch.no_grad()
    def calibrated(self, parameters: Parameters, inputs: Tensor) -> Parameters:
        channels = self.channels
        members, rows = members_of(parameters), len(EDGES) * self.slots
        like = parameters["stem.scale"]
        statistics = {
            "stem.mean": like.new_zeros(members, channels),
            "stem.variance": like.new_ones(members, channels),
            "edges.mean": like.new_zeros(members * rows, channels),
            "edges.variance": like.new_ones(members * rows, channels),
        }
        self._forward(parameters, inputs, statistics)
        for name in ("edges.mean", "edges.variance"):
            statistics[name] = statistics[name].view(members, rows, channels)  # as parameters are
        return parameters | statistics

    def mixing(self, parameters: Parameters) -> Tensor | None:
        """The weight of each operation of each edge `[M, E, most]`; None if all are 1."""
        return None

    def kept(self, paths: Paths, batch: int) -> Tensor | None:
        """Factors `[P, 1, 1, B]` of what paths bring for each example; None if all are 1."""
        return None

    def _leaving(self, node: int) -> list[Paths]:
        """The paths that leave a node, by operation."""
        found: dict[str, list[tuple[int, int, int, int]]] = {}
        for edge, (source, target) in enumerate(EDGES):
            if source != node:
                continue
            for member, cell in enumerate(self.cells):
                for number, operation in enumerate(cell[edge]):
                    if operation == NONE:
                        continue
                    slot = convolved(cell[edge][:number]) % self.slots
                    row = (member * len(EDGES) + edge) * self.slots + slot
                    weight = (member * len(EDGES) + edge) * self.most + number
                    found.setdefault(operation, []).append((target, member, row, weight))
        paths = []
        for operation, each in found.items():
            each.sort(key=lambda path: path[0])
            targets, members, rows, mixing = zip(*each, strict=True)
            runs = []
            for target in dict.fromkeys(targets):
                start, number = targets.index(target), targets.count(target)
                here = members[start : start + number]
                runs.append(Run.of(target, start, here, len(self.cells)))
            own, weights, shares = (torch.tensor(values) for values in (members, rows, mixing))
            paths.append(Paths(operation, own, weights, shares, tuple(runs)))
        return paths

    def _paths_on(self, device: torch.device) -> list[list[Paths]]:
        """The paths that leave each node but the last; copied to a device once."""
        if device not in self._paths:
            here = self._paths[torch.device("cpu")]
            self._paths[device] = [[paths.to(device) for paths in leaving] for leaving in here]
        return self._paths[device]

    def _forward(
        self, parameters: Parameters, inputs: Tensor, statistics: Parameters | None
    ) -> Tensor:
        members = members_of(parameters)
        if inputs.dim() == 2:
            inputs = inputs.expand(members, *inputs.shape)
        first = self._stem(parameters, inputs.transpose(1, 2), statistics)
        nodes = [first, *(torch.zeros_like(first) for _ in range(NODES - 1))]
        mixing = self.mixing(parameters)
        for node, leaving in enumerate(self._paths_on(first.device)):
            for paths in leaving:
                shared = paths.of_all
                source = nodes[node] if shared else nodes[node].index_select(0, paths.members)
                if paths.operation in DILATIONS:
                    source = self._convolved(parameters, source, paths, statistics)
                    shared = False
                shares = None if mixing is None else mixing.flatten()[paths.mixing]
                kept = self.kept(paths, first.shape[3])
                how = (shared, paths.operation == POOL)
                totals = [nodes[run.target] for run in paths.runs]
                found = brought(source, shares, kept, how, paths.runs, totals)
                for run, total in zip(paths.runs, found, strict=True):
                    nodes[run.target] = total
        pooled = averaged(nodes[-1]).transpose(1, 2)
        return torch.baddbmm(
            parameters["output.bias"].unsqueeze(1), pooled, parameters["output.weight"]
        )

    def _stem(
        self, parameters: Parameters, signals: Tensor, statistics: Parameters | None
    ) -> Tensor:
        """From signals `[M, L, B]` to `[M, C, L / 2, B]`."""
        members, _, batch = signals.shape
        padded = F.pad(signals, (0, 0, STEM // 2, STEM // 2))
        seen = padded.unfold(1, STEM, 2).permute(0, 3, 1, 2)
        length = seen.shape[2]
        weight = parameters["stem.weight"]
        found = torch.bmm(weight, seen.reshape(members, STEM, length * batch))
        rows = torch.arange(members, device=found.device)
        found = self._normalised(parameters, "stem", found, rows, statistics)
        return found.view(members, self.channels, length, batch)

    def _convolved(
        self, parameters: Parameters, node: Tensor, paths: Paths, statistics: Parameters | None
    ) -> Tensor:
        """What convolutions bring, `[P, C, L, B]`, from the node of all members or of each path."""
        weight = parameters["edges.weight"].flatten(0, 1).index_select(0, paths.rows)
        spans = (
            [(run.start, run.stop) for run in paths.runs] if paths.of_all else [(0, len(weight))]
        )
        found = filtered(node, weight, DILATIONS[paths.operation], spans)
        found = self._normalised(parameters, "edges", found, paths.rows, statistics)
        return found.view(-1, *node.shape[1:])

    def _normalised(
        self,
        parameters: Parameters,
        name: str,
        found: Tensor,
        rows: Tensor,
        statistics: Parameters | None,
    ) -> Tensor:
        """Batch normalisation of `[P, C, …]` with the scales and statistics of `rows`."""
        number, channels, _ = found.shape

        def own(part: str) -> Tensor:
            each = parameters[f"{name}.{part}"].reshape(-1, channels)
            return each.index_select(0, rows).flatten()

        mean = variance = None
        if statistics is not None:
            mean, variance = found.mean(2), found.var(2, correction=0)
            statistics[f"{name}.mean"][rows] = mean
            statistics[f"{name}.variance"][rows] = variance
            mean, variance = mean.flatten(), variance.flatten()
        elif f"{name}.mean" in parameters:
            mean, variance = own("mean"), own("variance")
        flat = found.view(1, number * channels, -1)
        normalised = F.batch_norm(
            flat, mean, variance, own("scale"), own("shift"), training=mean is None, eps=EPSILON
        )
        return normalised.view(found.shape)
