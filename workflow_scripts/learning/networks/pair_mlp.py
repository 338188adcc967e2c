"""A multilayer perceptron on pairs of symbols; products are computed per symbol, not per pair."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters, members_of


class PairMlp(Network):
    """Embeddings of two symbols, concatenated; one hidden ReLU layer; one linear layer.

    Initial values are those of torch's `Embedding` and `Linear`. Inputs are pairs of symbols,
    int64. The first layer is linear in both symbols, so its products are computed once for each of
    the K symbols and added for each pair: K rows instead of one per pair, the same function. The
    backward pass is explicit, and members are processed one after the other, because the arrays of
    one member fit into the cache and those of several do not; tests compare both with autograd.
    """

    def __init__(self, symbols: int, embedding: int, hidden: int) -> None:
        self.symbols, self.embedding, self.hidden = symbols, embedding, hidden

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (2,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "embedding": (self.symbols, self.embedding),
            "weight_first": (self.embedding, self.hidden),
            "weight_second": (self.embedding, self.hidden),
            "bias_hidden": (self.hidden,),
            "weight_output": (self.symbols, self.hidden),
            "bias_output": (self.symbols,),
        }

    def prunable(self) -> list[str]:
        return ["weight_first", "weight_second", "weight_output"]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name == "embedding":
            return torch.randn(shape, generator=generator)
        fan_in = self.hidden if name.endswith("output") else 2 * self.embedding
        return (2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(fan_in)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        members = range(members_of(parameters))
        pairs = inputs.expand(len(members), *inputs.shape[-2:])
        each = ({n: p[m] for n, p in parameters.items()} for m in members)
        return torch.stack(
            [
                F.linear(self._hidden(own, own_pairs), own["weight_output"], own["bias_output"])
                for own, own_pairs in zip(each, pairs, strict=True)
            ]
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
        hidden = self._hidden(own, pairs)
        logits = F.linear(hidden, own["weight_output"], own["bias_output"]).unsqueeze(0)
        logits.requires_grad_(True)
        with torch.enable_grad():
            value = loss(logits, targets.unsqueeze(0))
            (delta,) = torch.autograd.grad(value, logits, torch.ones_like(value))
        delta = delta.squeeze(0)
        torch.mm(delta.t(), hidden, out=into["weight_output"])
        torch.sum(delta, 0, out=into["bias_output"])
        delta = torch.ops.aten.threshold_backward(delta @ own["weight_output"], hidden, 0.0)
        first, second = (
            delta.new_zeros(self.symbols, self.hidden).index_add_(0, pairs[:, side], delta)
            for side in (0, 1)
        )
        torch.sum(first, 0, out=into["bias_hidden"])
        embedding = own["embedding"]
        torch.mm(embedding.t(), first, out=into["weight_first"])
        torch.mm(embedding.t(), second, out=into["weight_second"])
        torch.mm(first, own["weight_first"].t(), out=into["embedding"])
        into["embedding"].addmm_(second, own["weight_second"].t())
        return value.detach()

    def _hidden(self, own: Parameters, pairs: Tensor) -> Tensor:
        """Hidden units `[B, hidden]` of one member."""
        first = torch.addmm(own["bias_hidden"], own["embedding"], own["weight_first"])
        second = own["embedding"] @ own["weight_second"]
        # A bag of two rows: gathered and added in one pass, several times faster than separately.
        rows = pairs + torch.tensor([0, self.symbols], device=pairs.device)
        return F.embedding_bag(rows, torch.cat([first, second]), mode="sum").relu_()
