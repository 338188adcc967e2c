"""A transformer of one layer on pairs of symbols, with each product done once a symbol."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of

POSITIONS = 3


class PairTransformer(Network):
    """Reads `a b =` and answers at `=`: attention, then a ReLU layer, beside a residual stream.

    The architecture of Nanda et al. 2023 (no layer normalisation, learned positions, an unembedding
    without bias), which initialises every matrix normally with variance 1/embedding, the
    unembedding 1/symbols, and biases with zeros. Only the last position is read, so only it asks:
    its query is one vector, keys and values are functions of one symbol and a position, computed
    once for each of the K symbols and gathered for each pair. The same function as the usual
    program over all pairs and positions, to which a test holds it.
    """

    def __init__(self, symbols: int, embedding: int, heads: int, hidden: int) -> None:
        self.symbols, self.embedding, self.heads, self.hidden = symbols, embedding, heads, hidden

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (2,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        d, h = self.embedding, self.hidden
        return {
            "embedding": (self.symbols, d),
            "equals": (d,),
            "positions": (POSITIONS, d),
            "query": (d, d),
            "key": (d, d),
            "value": (d, d),
            "attended": (d, d),
            "weight_in": (d, h),
            "bias_in": (h,),
            "weight_out": (h, d),
            "bias_out": (d,),
            "unembedding": (d, self.symbols),
        }

    def prunable(self) -> list[str]:
        return ["query", "key", "value", "attended", "weight_in", "weight_out", "unembedding"]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("bias"):
            return torch.zeros(shape)
        variance = 1 / (self.symbols if name == "unembedding" else self.embedding)
        return torch.randn(shape, generator=generator) * math.sqrt(variance)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        members = members_of(parameters)
        pairs = inputs.expand(members, *inputs.shape[-2:])
        positions = parameters["positions"]
        last = parameters["equals"] + positions[:, 2]
        query = self._by_head(last.unsqueeze(1) @ parameters["query"])
        scores, values = [], []
        for place in range(POSITIONS):
            # Residual stream of every symbol that can stand there: [M, K, d], or [M, 1, d] for =.
            stream = (
                parameters["embedding"] + positions[:, place : place + 1]
                if place < 2
                else last.unsqueeze(1)
            )
            key = self._by_head(stream @ parameters["key"])
            value = stream @ parameters["value"]
            score = (key * query).sum(-1) / math.sqrt(self.embedding // self.heads)
            if place < 2:
                score, value = (_gathered(each, pairs[..., place]) for each in (score, value))
            scores.append(score.expand(-1, pairs.shape[1], -1))
            values.append(self._by_head(value))
        weights = torch.stack(scores, -1).softmax(-1)
        first, *others = (weights[..., k, None] * values[k] for k in range(POSITIONS))
        mixed = sum(others, first)
        stream = last.unsqueeze(1) + mixed.flatten(2) @ parameters["attended"]
        hidden = _affine(stream, parameters["weight_in"], parameters["bias_in"]).relu()
        stream = stream + _affine(hidden, parameters["weight_out"], parameters["bias_out"])
        return stream @ parameters["unembedding"]

    def _by_head(self, stream: Tensor) -> Tensor:
        """From `[M, B, d]` to `[M, B, heads, d / heads]`."""
        return stream.unflatten(-1, (self.heads, -1))


def _affine(stream: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.baddbmm(bias.unsqueeze(1), stream, weight)


def _gathered(table: Tensor, symbols: Tensor) -> Tensor:
    """Rows `[M, B, …]` of each member's `table` `[M, K, …]` for its `symbols` `[M, B]`."""
    members, rows = table.shape[:2]
    first = rows * torch.arange(members, device=table.device).unsqueeze(1)
    return F.embedding(symbols + first, table.flatten(0, 1))
