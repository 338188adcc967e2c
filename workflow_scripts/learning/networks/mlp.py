"""Multilayer perceptrons as batched matrix products, with the backward pass written out."""

import itertools
import math

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters


class Mlp(Network):
    """Fully connected ReLU network `sizes[0]-…-sizes[-1]`; Glorot normal weights, zero biases.

    The backward pass is explicit because the overhead of autograd takes a tenth of the time at
    784-300-100 and most of it at 196-32; a test compares it with autograd.
    """

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = list(sizes)
        self.layers = len(sizes) - 1

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.sizes[0],)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, (fan_in, fan_out) in enumerate(itertools.pairwise(self.sizes)):
            shapes[f"weight{layer}"] = (fan_in, fan_out)
            shapes[f"bias{layer}"] = (fan_out,)
        return shapes

    def prunable(self) -> list[str]:
        return [f"weight{layer}" for layer in range(self.layers)]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("bias"):
            return torch.zeros(shape)
        return torch.randn(shape, generator=generator) * math.sqrt(2 / sum(shape))

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        hidden = inputs
        for layer in range(self.layers):
            hidden = self._affine(parameters, layer, hidden)
            if layer < self.layers - 1:
                hidden = hidden.relu()
        return hidden

    def losses_and_gradients(
        self, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> tuple[Tensor, Parameters]:
        activations = [inputs]
        for layer in range(self.layers):
            hidden = self._affine(parameters, layer, activations[-1])
            activations.append(hidden.relu_() if layer < self.layers - 1 else hidden)
        logits = activations.pop().requires_grad_(True)
        with torch.enable_grad():
            losses = loss(logits, targets)
            (delta,) = torch.autograd.grad(losses.sum(), logits)
        gradients: Parameters = {}
        for layer in reversed(range(self.layers)):
            below = activations[layer]
            gradients[f"weight{layer}"] = products(below.transpose(1, 2), delta)
            gradients[f"bias{layer}"] = delta.sum(1)
            if layer:
                delta = products(delta, parameters[f"weight{layer}"].transpose(1, 2))
                delta = torch.ops.aten.threshold_backward(delta, below, 0.0)
        return losses.detach(), {name: gradients[name] for name in parameters}

    def _affine(self, parameters: Parameters, layer: int, hidden: Tensor) -> Tensor:
        weight, bias = parameters[f"weight{layer}"], parameters[f"bias{layer}"]
        # One product per member, never all first layers in one wide product: that would be faster
        # for tiny shared inputs, but a member's bits would depend on the other members.
        batch = hidden.expand(weight.shape[0], *hidden.shape) if hidden.dim() == 2 else hidden
        return products(batch, weight, bias.unsqueeze(1))


def products(left: Tensor, right: Tensor, bias: Tensor | None = None) -> Tensor:
    """Each member's matrix product `[M, …]`, the same bits for a member alone as among others.

    For a single product with a vector, MKL takes another routine (matrix times vector), which sums
    in another order; a lone member is therefore duplicated to stay on the batched routine.
    """
    members = left.shape[0]
    if members == 1 and 1 in (left.shape[1], right.shape[2]):
        left, right = left.expand(2, -1, -1), right.expand(2, -1, -1)
    if bias is None:
        return torch.bmm(left, right)[:members]
    return torch.baddbmm(bias, left, right)[:members]
