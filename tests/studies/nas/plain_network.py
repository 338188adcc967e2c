"""Networks of cells by autograd alone: what the gradients by hand must equal to the last bit."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters
from workflow_scripts.studies.nas.cell import DILATIONS, NODES, SKIP
from workflow_scripts.studies.nas.flow import TAPS
from workflow_scripts.studies.nas.network import CellNetwork, Paths
from workflow_scripts.studies.nas.supernet import Supernet


def plain_filtered(node: Tensor, weight: Tensor, reach: int) -> Tensor:
    """ReLU and a convolution `[P, C, L × B]` of `[P, C, L, B]`: padding, taps, a product."""
    seen = node.relu()
    number, channels, length, batch = seen.shape
    padded = F.pad(seen, (0, 0, reach, reach))
    taps = [padded[:, :, tap * reach : tap * reach + length] for tap in range(TAPS)]
    return torch.bmm(weight, torch.cat(taps, 1).view(number, TAPS * channels, length * batch))


def plain_pooled(node: Tensor) -> Tensor:
    """The mean of each point and its neighbours, fewer of them at the ends."""
    length = node.shape[2]
    padded = F.pad(node, (0, 0, 1, 1))
    total = padded[:, :, :length] + padded[:, :, 1 : length + 1] + padded[:, :, 2:]
    number = node.new_full((length, 1), TAPS)
    number[0] = number[-1] = TAPS - 1
    return total / number


class PlainNetwork(CellNetwork):
    """Networks of cells of which every operation is one of torch."""

    def _forward(
        self, parameters: Parameters, inputs: Tensor, statistics: Parameters | None
    ) -> Tensor:
        first = self._stem(parameters, inputs.transpose(1, 2), statistics)
        nodes = [first, *(torch.zeros_like(first) for _ in range(NODES - 1))]
        mixing = self.mixing(parameters)
        for node, leaving in enumerate(self._paths_on(first.device)):
            for paths in leaving:
                moved = self._brought(parameters, nodes[node], paths, statistics)
                kept = self.kept(paths, moved.shape[3])
                if kept is not None:
                    moved = moved * kept
                if mixing is not None:
                    moved = moved * mixing.flatten()[paths.mixing].view(-1, 1, 1, 1)
                for run in paths.runs:
                    own = slice(run.start, run.stop)
                    nodes[run.target] = nodes[run.target].index_add(
                        0, paths.members[own], moved[own]
                    )
        pooled = nodes[-1].relu().mean(2).transpose(1, 2)
        return torch.baddbmm(
            parameters["output.bias"].unsqueeze(1), pooled, parameters["output.weight"]
        )

    def _brought(
        self, parameters: Parameters, node: Tensor, paths: Paths, statistics: Parameters | None
    ) -> Tensor:
        chosen = node.index_select(0, paths.members)
        if paths.operation == SKIP:
            return chosen
        if paths.operation not in DILATIONS:
            return plain_pooled(chosen)
        weight = parameters["edges.weight"].flatten(0, 1).index_select(0, paths.rows)
        found = plain_filtered(chosen, weight, DILATIONS[paths.operation])
        found = self._normalised(parameters, "edges", found, paths.rows, statistics)
        return found.view(chosen.shape)


class PlainSupernet(PlainNetwork, Supernet):
    """The same of supernets, with the gradients of all parameters in every pass."""

    def _slopes(
        self,
        names: Sequence[str],
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        loss: Loss,
    ) -> tuple[Tensor, Parameters]:
        losses, gradients = Network.losses_and_gradients(self, parameters, inputs, targets, loss)
        return losses, {name: gradients[name] for name in names}
