"""A multilayer perceptron without biases on pairs of one-hot vectors (Prieto et al. 2025)."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters, members_of


class PairOneHot(Network):
    """Two one-hot vectors side by side; ReLU layers; a linear layer; no biases.

    Initial values are those of torch's `Linear`. Inputs are pairs of symbols, int64: a product with
    a one-hot vector is a row of the first matrix, so the first layer is a table `embedding` of two
    rows per symbol, those of the first operand before those of the second. The backward pass is
    explicit and goes through members one after the other, as in `PairMlp`; tests compare it with
    autograd.
    """

    def __init__(self, symbols: int, hidden: Sequence[int]) -> None:
        self.symbols, self.hidden = symbols, tuple(hidden)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (2,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        widths = (*self.hidden, self.symbols)
        return {
            "embedding": (2 * self.symbols, self.hidden[0]),
            **{
                f"weight_{layer}": (outputs, inputs)
                for layer, (inputs, outputs) in enumerate(pairwise(widths), 1)
            },
        }

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.startswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        fan_in = shape[0] if name == "embedding" else shape[1]
        return (2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(fan_in)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        members = range(members_of(parameters))
        pairs = inputs.expand(len(members), *inputs.shape[-2:])
        each = ({n: p[m] for n, p in parameters.items()} for m in members)
        return torch.stack(
            [self._layers(own, mine)[-1] for own, mine in zip(each, pairs, strict=True)]
        )

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        members = members_of(parameters)
        pairs = inputs.expand(members, *inputs.shape[-2:])
        gradients = {name: torch.empty_like(tensor) for name, tensor in parameters.items()}
        losses = []
        for member in range(members):
            own = {name: tensor[member] for name, tensor in parameters.items()}
            into = {name: tensor[member] for name, tensor in gradients.items()}
            losses.append(self._backward(own, pairs[member], targets[member], loss, into))
        return torch.cat(losses), gradients

    def _backward(
        self, own: Parameters, pairs: Tensor, targets: Tensor, loss: Loss, into: Parameters
    ) -> Tensor:
        """Write the gradients of one member to `into` and return its loss `[1]`."""
        *below, top = self._layers(own, pairs)
        logits = top.unsqueeze(0).requires_grad_(True)
        with torch.enable_grad():
            value = loss(logits, targets.unsqueeze(0))
            (delta,) = torch.autograd.grad(value, logits, torch.ones_like(value))
        delta = delta.squeeze(0)
        for layer in range(len(below), 0, -1):
            units = below[layer - 1]
            torch.mm(delta.t(), units, out=into[f"weight_{layer}"])
            delta = delta @ own[f"weight_{layer}"]
            delta = torch.ops.aten.threshold_backward(delta, units, 0.0)
        into["embedding"].zero_()
        for side in (0, 1):
            into["embedding"].index_add_(0, pairs[:, side] + side * self.symbols, delta)
        return value.detach()

    def _layers(self, own: Parameters, pairs: Tensor) -> list[Tensor]:
        """The units `[B, width]` of each hidden layer of one member, and its logits."""
        rows = pairs + torch.tensor([0, self.symbols], device=pairs.device)
        layers = [F.embedding_bag(rows, own["embedding"], mode="sum").relu_()]
        for layer in range(1, len(self.hidden)):
            layers.append(F.linear(layers[-1], own[f"weight_{layer}"]).relu_())
        return [*layers, F.linear(layers[-1], own[f"weight_{len(self.hidden)}"])]
