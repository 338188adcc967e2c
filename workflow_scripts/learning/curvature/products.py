"""Hessian-vector products of all members at once."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.vectors import flat, unflat
from workflow_scripts.learning.networks.network import Loss, Network, Parameters


class Hessian(ABC):
    """The Hessians of M losses at one point; anything independent of the vector is kept."""

    like: Tensor
    """The weights at that point `[M, P]`, with the shape, type and device of the vectors."""

    @abstractmethod
    def __matmul__(self, vectors: Tensor) -> Tensor:
        """Each member's Hessian times its vector; `vectors` and result are rows `[M, P]`."""

    def of(self, members: list[int]) -> "Hessian":
        """The Hessians of `members` only."""
        return _Some(self, members)


class _Some(Hessian):
    """Some members of a `Hessian` whose products are only computed for all members together."""

    def __init__(self, whole: Hessian, members: list[int]) -> None:
        self._whole, self._members = whole, members
        self.like = whole.like[members]

    def __matmul__(self, vectors: Tensor) -> Tensor:
        padded = torch.zeros_like(self._whole.like)
        padded[self._members] = vectors
        return (self._whole @ padded)[self._members]


class AutogradHessian(Hessian):
    """Products by differentiating the gradient; its graph is kept for the next vector."""

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        loss: Loss,
    ) -> None:
        self._shapes = network.shapes()
        leaves = {n: parameters[n].detach().requires_grad_(True) for n in self._shapes}
        with torch.enable_grad():
            losses = loss(network.logits(parameters | leaves, inputs), targets)
            gradients = torch.autograd.grad(losses.sum(), list(leaves.values()), create_graph=True)
        self._leaves, self._gradients = list(leaves.values()), gradients
        self.like = flat(leaves).detach()

    def __matmul__(self, vectors: Tensor) -> Tensor:
        along = list(unflat(vectors, self._shapes).values())
        products = torch.autograd.grad(
            self._gradients, self._leaves, along, retain_graph=True, materialize_grads=True
        )
        return flat(dict(zip(self._shapes, products, strict=True)))
