"""One layer of attention with a single head, read at the last place or at every one."""

import math

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of
from workflow_scripts.learning.networks.recurrent import as_vectors
from workflow_scripts.learning.networks.sequence_shape import SequenceShape

WAVE = 10_000
"""The longest wave of the positions, in places over 2π (Vaswani et al. 2017, section 3.5)."""


class Attention(Network):
    """Embeddings plus positions; each place asks those up to it; a linear layer reads the values.

    Positions are the sines and cosines of Vaswani et al. 2017. There is no residual path: an answer
    is made of what attention brings and of nothing else.
    """

    def __init__(self, shape: SequenceShape, width: int, positions: bool, scale: float) -> None:
        self.shape, self.width, self.positions, self.scale = shape, width, positions, scale

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.shape.example

    def shapes(self) -> dict[str, tuple[int, ...]]:
        square = (self.width, self.width)
        return {
            "embedding": (self.shape.inputs, self.width),
            "weight_query": square,
            "weight_key": square,
            "weight_value": square,
            "weight_output": (self.width, self.shape.outputs),
            "bias_output": (self.shape.outputs,),
        }

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.startswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        drawn = torch.randn(shape, generator=generator)
        if name == "embedding":
            return drawn
        if name.startswith("bias"):
            return torch.zeros(shape)
        asks = name in ("weight_query", "weight_key")
        return (self.scale if asks else 1.0) * drawn / math.sqrt(shape[0])

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        found = self.features(parameters, inputs)
        bias, weight = parameters["bias_output"].unsqueeze(1), parameters["weight_output"]
        if not self.shape.everywhere:
            return torch.baddbmm(bias, found, weight)
        return found @ weight.unsqueeze(1) + bias.unsqueeze(1)

    def features(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """What attention brings `[M, B, width]` to the last place, or `[M, B, T, width]`."""
        embedding = parameters["embedding"]
        vectors = as_vectors(inputs, members_of(parameters), self.shape.inputs, embedding)
        vectors = vectors.permute(1, 2, 0, 3)
        places = waves(vectors.shape[2], self.width).to(embedding) * self.positions
        scale = 1 / math.sqrt(self.width)
        key = parameters["weight_key"].transpose(1, 2)
        if not self.shape.everywhere:
            # Keys and values are linear in embeddings and places, so that no vector of a place but
            # the last needs to be made.
            last = torch.bmm(vectors[:, :, -1], embedding) + places[-1]
            asked = torch.bmm(torch.bmm(last, parameters["weight_query"]), key) * scale
            of_symbols = torch.bmm(asked, embedding.transpose(1, 2))
            scores = torch.einsum("mbtv,mbv->mbt", vectors, of_symbols) + asked @ places.T
            weights = scores.softmax(-1)
            symbols = torch.einsum("mbt,mbtv->mbv", weights, vectors)
            brought = torch.bmm(symbols, embedding) + weights @ places
            return torch.bmm(brought, parameters["weight_value"])
        rows = vectors @ embedding.unsqueeze(1) + places
        query, value = (rows @ parameters[f"weight_{n}"].unsqueeze(1) for n in ("query", "value"))
        scores = (query @ key.unsqueeze(1)) @ rows.transpose(2, 3) * scale
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        return scores.masked_fill(later, -math.inf).softmax(-1) @ value


def waves(places: int, width: int) -> Tensor:
    """Sines and cosines `[places, width]` of geometrically spaced wavelengths, float64."""
    angles = torch.arange(places, dtype=torch.float64).unsqueeze(1) * torch.pow(
        WAVE, -torch.arange(0, width, 2, dtype=torch.float64) / width
    )
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)[:, :width]
