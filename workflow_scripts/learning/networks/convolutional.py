"""Plain convolutional networks, all members in one grouped convolution."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d}


class Convolutional(Network):
    """3 × 3 convolutions with ReLU and 2 × 2 max pooling, then one linear layer."""

    def __init__(self, shape: tuple[int, int, int], channels: list[int], classes: int) -> None:
        self.shape = shape
        self.channels = [shape[0], *channels]
        self.classes = classes
        pooled = [extent // 2 ** len(channels) for extent in shape[1:]]
        if 0 in pooled:
            raise ValueError(f"{len(channels)} poolings leave nothing of {shape[1]} x {shape[2]}")
        self.features = channels[-1] * math.prod(pooled)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, channels in enumerate(self.channels[1:]):
            shapes[f"weight{layer}"] = (channels, self.channels[layer], 3, 3)
            shapes[f"bias{layer}"] = (channels,)
        return shapes | {
            "weight_output": (self.features, self.classes),
            "bias_output": (self.classes,),
        }

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.startswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("bias"):
            return torch.zeros(shape)
        return he_normal(shape, generator)

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        members = members_of(parameters)
        hidden = side_by_side(inputs, members, example_dims=3)
        for layer in range(len(self.channels) - 1):
            hidden = convolve(hidden, parameters[f"weight{layer}"])
            hidden = hidden + parameters[f"bias{layer}"].reshape(-1, 1, 1)
            hidden = F.max_pool2d(hidden.relu(), 2)
        features = hidden.view(len(hidden), members, self.features).transpose(0, 1)
        bias = parameters["bias_output"].unsqueeze(1)
        return torch.baddbmm(bias, features, parameters["weight_output"])


def side_by_side(inputs: Tensor, members: int, example_dims: int) -> Tensor:
    """From shared `[B, C, …]` or separate `[M, B, C, …]` inputs to the layout `[B, M·C, …]`."""
    if inputs.dim() == example_dims + 1:
        inputs = inputs.expand(members, *inputs.shape)
    return inputs.transpose(0, 1).flatten(1, 2)


def convolve(hidden: Tensor, weight: Tensor, stride: int = 1) -> Tensor:
    """Convolve `[B, M·C, …]` with each member's kernel `[M, C', C, k, …]`; "same" padding."""
    members, kernel = weight.shape[0], weight.shape[3]
    convolution = CONVOLUTIONS[weight.dim() - 3]
    return convolution(
        hidden, weight.flatten(0, 1), stride=stride, padding=kernel // 2, groups=members
    )


def he_normal(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """He normal weights: convolutions are `(out, in, k, …)`, linear layers `(in, out)`."""
    fan_in = math.prod(shape[1:]) if len(shape) > 2 else shape[0]
    return torch.randn(shape, generator=generator) * math.sqrt(2 / fan_in)
