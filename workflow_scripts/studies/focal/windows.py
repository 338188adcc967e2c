"""A detector that looks at every window of a scene; all arms share one matrix product."""

import math

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import (
    Loss,
    Network,
    Parameters,
    member_slice,
    members_of,
)
from workflow_scripts.studies.focal.scene_settings import LARGEST

MEAN, DEVIATION = 0.25, 0.25
"""About those of the pixels of a scene, with 1 for the brightest: units see centred inputs."""
QUIET = 0.01
"""Typical size of the weights of the output before training, as in Lin et al. 2017, section 4.1."""


class Windows(Network):
    """A score for each window of `size` × `size` pixels: layers of ReLU units on its pixels.

    Inputs are `[B, C, S, S]`, outputs `[M, B, places², 1]` with places = S − size + 1. Members come
    in groups of `sharing` that are given the same scenes; the first layers of a group are one
    matrix product, because cutting out the windows costs more than a narrow network on them.
    He normal weights, small ones to the output, zero biases. Every other unit raises the score
    before training: where chance leaves a narrow network hardly any, it finds nothing.
    """

    def __init__(
        self, channels: int, side: int, size: int, hidden: list[int], sharing: int = 1
    ) -> None:
        self.channels, self.side, self.size, self.sharing = channels, side, size, sharing
        self.sizes = [channels * size * size, *hidden, 1]
        self.layers = len(self.sizes) - 1

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.channels, self.side, self.side)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            shapes[f"weight{layer}"] = (self.sizes[layer], self.sizes[layer + 1])
            shapes[f"bias{layer}"] = (self.sizes[layer + 1],)
        return shapes

    @property
    def output_bias(self) -> str:
        """The name of the bias of the scores."""
        return f"bias{self.layers - 1}"

    def prunable(self) -> list[str]:
        return [f"weight{layer}" for layer in range(self.layers)]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("bias"):
            return torch.zeros(shape)
        drawn = torch.randn(shape, generator=generator)
        if name != f"weight{self.layers - 1}":
            return drawn * math.sqrt(2 / shape[0])
        drawn = drawn.abs_() * QUIET
        drawn[1::2] *= -1
        return drawn

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        if inputs.dim() == 4:
            hidden = self._forward(parameters, self._cut(inputs))[-1]
            return self._laid_out(hidden, len(inputs))
        groups = [
            self._laid_out(self._forward(own, self._cut(scenes))[-1], len(scenes))
            for own, scenes, _ in self._groups(parameters, inputs)
        ]
        return torch.cat(groups)

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        losses, gradients = [], []
        for own, scenes, at in self._groups(parameters, inputs):
            cut = self._cut(scenes)
            activations = self._forward(own, cut)
            outputs = self._laid_out(activations.pop(), len(scenes)).requires_grad_(True)
            with torch.enable_grad():
                each = loss(outputs, targets[at])
                (delta,) = torch.autograd.grad(each.sum(), outputs)
            losses.append(each.detach())
            down = delta.flatten(1).T.contiguous()
            gradients.append(self._backward(own, cut, activations, down))
        return torch.cat(losses), {
            name: torch.cat([each[name] for each in gradients]) for name in parameters
        }

    def _groups(
        self, parameters: Parameters, inputs: Tensor
    ) -> list[tuple[Parameters, Tensor, slice]]:
        """The members of each group, the scenes that they share, and where they are."""
        members = members_of(parameters)
        groups = []
        for start in range(0, members, self.sharing):
            at = slice(start, min(start + self.sharing, members))
            scenes = inputs[start]
            if not all(torch.equal(other, scenes) for other in inputs[at]):
                raise ValueError("members of a group must be given the same scenes")
            groups.append((member_slice(parameters, at.start, at.stop), scenes, at))
        return groups

    def _cut(self, scenes: Tensor) -> Tensor:
        """All windows `[B · places², C · size²]` of scenes `[B, C, S, S]`."""
        if scenes.dtype == torch.uint8:
            scenes = (scenes.to(torch.float32) / LARGEST - MEAN) / DEVIATION
        windows = scenes.unfold(2, self.size, 1).unfold(3, self.size, 1)
        return windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, self.sizes[0])

    def _forward(self, own: Parameters, cut: Tensor) -> list[Tensor]:
        """The units of each hidden layer, `[windows, M · units]`, then the scores `[windows, M]`.

        Layers of a group lie side by side. Between hidden layers each member has its own product.
        """
        members = members_of(own)
        rows = torch.addmm(own["bias0"].reshape(-1), cut, _beside(own["weight0"]))
        layers = [rows]
        for layer in range(1, self.layers):
            weight, bias = own[f"weight{layer}"], own[f"bias{layer}"]
            below = layers[-1].relu_()
            if layer == self.layers - 1:
                rows = torch.addmm(bias.reshape(-1), below, _apart(weight))
            else:
                each = below.view(len(cut), members, -1).transpose(0, 1)
                rows = _beside(torch.baddbmm(bias.unsqueeze(1), each, weight))
            layers.append(rows)
        return layers

    def _backward(
        self, own: Parameters, cut: Tensor, activations: list[Tensor], delta: Tensor
    ) -> Parameters:
        """Gradients from those of the scores, `[windows, M]`."""
        members = members_of(own)
        gradients: Parameters = {}
        for layer in reversed(range(1, self.layers)):
            below, weight = activations[layer - 1], own[f"weight{layer}"]
            gradients[f"bias{layer}"] = delta.sum(0).view(members, -1)
            if layer == self.layers - 1:
                every = (below.T @ delta).view(members, -1, members)
                own_blocks = torch.diagonal(every, dim1=0, dim2=2)  # [units, M]
                gradients[f"weight{layer}"] = own_blocks.T.unsqueeze(2).contiguous()
                delta = (delta.unsqueeze(2) * weight[:, :, 0]).flatten(1)
            else:
                each = below.view(len(cut), members, -1).transpose(0, 1)
                slope = delta.view(len(cut), members, -1).transpose(0, 1)
                gradients[f"weight{layer}"] = each.transpose(1, 2) @ slope
                delta = _beside(slope @ weight.transpose(1, 2))
            # In place: memory for another one takes longer than what is computed.
            torch.ops.aten.threshold_backward.grad_input(delta, below, 0.0, grad_input=delta)
        wide = (cut.T @ delta).view(self.sizes[0], members, -1)
        gradients["weight0"] = wide.transpose(0, 1).contiguous()
        gradients["bias0"] = delta.sum(0).view(members, -1)
        return gradients

    @staticmethod
    def _laid_out(scores: Tensor, scenes: int) -> Tensor:
        """Scores `[M, B, places², 1]` from those `[B · places², M]` of all windows."""
        return scores.T.reshape(scores.shape[1], scenes, -1, 1)


def _beside(each: Tensor) -> Tensor:
    """From `[M, n, units]` to `[n, M · units]`."""
    return each.transpose(0, 1).reshape(each.shape[1], -1)


def _apart(weight: Tensor) -> Tensor:
    """Weights `[M, units, 1]` to one score each as a matrix `[M · units, M]`, zero elsewhere."""
    return torch.block_diag(*weight)
