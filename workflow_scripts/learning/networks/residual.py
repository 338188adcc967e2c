"""Residual networks with batch normalisation, all members in one grouped convolution."""

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.convolutional import convolve, he_normal, side_by_side
from workflow_scripts.learning.networks.network import Network, Parameters, members_of

EPSILON = 1e-5


class Residual(Network):
    """Stem, stages of basic blocks, global average pooling, a linear layer (He et al. 2016).

    Works on sequences `(C, L)` and images `(C, H, W)`. Every stage but the first halves length,
    height and width; a block that changes the shape has a normalised 1 × 1 convolution as shortcut.
    Training normalises with the statistics of the batch. Evaluation does so too unless the
    parameters were `calibrated`; there are no running averages, which would be wrong for networks
    on a line between two others.
    """

    def __init__(
        self, shape: tuple[int, ...], channels: list[int], blocks: int, classes: int
    ) -> None:
        self.shape, self.channels, self.blocks, self.classes = shape, channels, blocks, classes
        self._kernel = (3,) * (len(shape) - 1)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        self._add(shapes, "stem", self.channels[0], self.shape[0], self._kernel)
        before = self.channels[0]
        for name, channels, stride in self._layout():
            self._add(shapes, f"{name}.first", channels, before, self._kernel)
            self._add(shapes, f"{name}.second", channels, channels, self._kernel)
            if channels != before or stride != 1:
                self._add(shapes, f"{name}.shortcut", channels, before, (1,) * len(self._kernel))
            before = channels
        return shapes | {"output.weight": (before, self.classes), "output.bias": (self.classes,)}

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.endswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.endswith("weight"):
            return he_normal(shape, generator)
        return torch.ones(shape) if name.endswith("scale") else torch.zeros(shape)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        return self._forward(parameters, inputs, None)

    @torch.no_grad()
    def calibrated(self, parameters: Parameters, inputs: Tensor) -> Parameters:
        statistics: Parameters = {}
        self._forward(parameters, inputs, statistics)
        return parameters | statistics

    def _layout(self) -> list[tuple[str, int, int]]:
        """Name, channels and stride of each block."""
        return [
            (f"stage{stage}.block{block}", channels, 2 if stage and not block else 1)
            for stage, channels in enumerate(self.channels)
            for block in range(self.blocks)
        ]

    def _add(
        self,
        shapes: dict[str, tuple[int, ...]],
        name: str,
        channels: int,
        before: int,
        kernel: tuple[int, ...],
    ) -> None:
        shapes[f"{name}.weight"] = (channels, before, *kernel)
        shapes[f"{name}.scale"] = shapes[f"{name}.shift"] = (channels,)

    def _forward(
        self, parameters: Parameters, inputs: Tensor, statistics: Parameters | None
    ) -> Tensor:
        members = members_of(parameters)
        hidden = side_by_side(inputs, members, example_dims=len(self.shape))
        hidden = self._unit(parameters, "stem", hidden, 1, statistics).relu()
        for name, _, stride in self._layout():
            inner = self._unit(parameters, f"{name}.first", hidden, stride, statistics).relu()
            inner = self._unit(parameters, f"{name}.second", inner, 1, statistics)
            if f"{name}.shortcut.weight" in parameters:
                hidden = self._unit(parameters, f"{name}.shortcut", hidden, stride, statistics)
            hidden = (inner + hidden).relu()
        pooled = hidden.flatten(2).mean(2).view(len(hidden), members, -1).transpose(0, 1)
        bias = parameters["output.bias"].unsqueeze(1)
        return torch.baddbmm(bias, pooled, parameters["output.weight"])

    def _unit(
        self,
        parameters: Parameters,
        name: str,
        hidden: Tensor,
        stride: int,
        statistics: Parameters | None,
    ) -> Tensor:
        """Convolution, then batch normalisation, separately per channel and member."""
        hidden = convolve(hidden, parameters[f"{name}.weight"], stride)
        mean, variance = parameters.get(f"{name}.mean"), parameters.get(f"{name}.variance")
        if statistics is not None:
            axes = [0, *range(2, hidden.dim())]
            shape = parameters[f"{name}.scale"].shape
            mean, variance = hidden.mean(axes), hidden.var(axes, correction=0)
            statistics[f"{name}.mean"] = mean.view(shape)
            statistics[f"{name}.variance"] = variance.view(shape)
        return F.batch_norm(
            hidden,
            mean.flatten() if mean is not None else None,
            variance.flatten() if variance is not None else None,
            parameters[f"{name}.scale"].flatten(),
            parameters[f"{name}.shift"].flatten(),
            training=mean is None,
            eps=EPSILON,
        )
