"""Hessian-vector products of multilayer perceptrons with an explicit R-operator."""

from copy import copy

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.products import Hessian
from workflow_scripts.learning.curvature.vectors import flat, unflat
from workflow_scripts.learning.networks.mlp import Mlp, products
from workflow_scripts.learning.networks.network import Loss, Parameters


class MlpHessian(Hessian):
    """Pearlmutter's R-operator (1994) for `Mlp`, with activations and deltas computed once.

    The first layer, the largest of such a network, then costs two products per vector, as in a
    gradient; differentiating the gradient again costs about three gradients. A test compares the
    two. The derivative of ReLU at zero is zero.
    """

    def __init__(
        self, network: Mlp, parameters: Parameters, inputs: Tensor, targets: Tensor, loss: Loss
    ) -> None:
        self._shapes = network.shapes()
        self._layers = network.layers
        self._weights = [parameters[f"weight{layer}"] for layer in range(self._layers)]
        self.like = flat({name: parameters[name] for name in self._shapes})
        self._below = [inputs]
        below = inputs
        for layer in range(self._layers):
            bias = parameters[f"bias{layer}"].unsqueeze(1)
            below = products(below, self._weights[layer], bias)
            if layer < self._layers - 1:
                below = below.relu_()
                self._below.append(below)
        self._logits = below.requires_grad_(True)
        with torch.enable_grad():
            losses = loss(self._logits, targets)
            (self._delta,) = torch.autograd.grad(losses.sum(), self._logits, create_graph=True)
        self._members = list(range(len(self.like)))  # the members these logits belong to
        self._deltas = [self._delta.detach()]
        for layer in reversed(range(1, self._layers)):
            delta = products(self._deltas[0], self._weights[layer].transpose(1, 2))
            self._deltas.insert(0, _passed(delta, self._below[layer]))

    def __matmul__(self, vectors: Tensor) -> Tensor:
        along = unflat(vectors, self._shapes)
        changes: list[Tensor] = []  # of the inputs of each layer but the first
        for layer in range(self._layers):
            bias = along[f"bias{layer}"].unsqueeze(1)
            change = products(self._below[layer], along[f"weight{layer}"], bias)
            if layer:
                change += products(changes[-1], self._weights[layer])
            if layer < self._layers - 1:
                change = _passed(change, self._below[layer + 1])
                changes.append(change)
        change = self._through_the_loss(change)
        result: Parameters = {}
        for layer in reversed(range(self._layers)):
            into = products(self._below[layer].transpose(1, 2), change)
            if layer:
                into += products(changes[layer - 1].transpose(1, 2), self._deltas[layer])
            result[f"weight{layer}"] = into
            result[f"bias{layer}"] = change.sum(1)
            if layer:
                moved = products(change, self._weights[layer].transpose(1, 2))
                moved += products(self._deltas[layer], along[f"weight{layer}"].transpose(1, 2))
                change = _passed(moved, self._below[layer])
        return flat({name: result[name] for name in self._shapes})

    def of(self, members: list[int]) -> "MlpHessian":
        some = copy(self)
        some.like = self.like[members]
        some._members = [self._members[member] for member in members]  # noqa: SLF001
        for name in ("_weights", "_below", "_deltas"):
            setattr(some, name, [tensor[members] for tensor in getattr(self, name)])
        return some

    def _through_the_loss(self, change: Tensor) -> Tensor:
        """The change of the gradient of the loss for a change of the logits `[M, N, K]`."""
        padded = torch.zeros_like(self._logits)
        padded[self._members] = change
        (moved,) = torch.autograd.grad(self._delta, self._logits, padded, retain_graph=True)
        return moved[self._members]


def _passed(delta: Tensor, activations: Tensor) -> Tensor:
    """`delta` where ReLU was active, else zero."""
    return torch.ops.aten.threshold_backward(delta, activations, 0.0)
