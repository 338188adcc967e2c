"""Curves through weight space: the weights at a position, from control points."""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters

Bends = Parameters
"""Control points between the two ends: `[M, K, *shape]`, K per curve."""


class Curve(ABC):
    """A family of curves whose weights are linear in their control points (Garipov et al. 2018)."""

    def __init__(self, bends: int) -> None:
        if bends < 1:
            raise ValueError("a curve needs a bend between its ends")
        self.bends = bends

    @abstractmethod
    def coefficients(self, positions: Tensor) -> Tensor:
        """The weight `[M, K + 2]` of each control point, ends included, at positions `[M]`."""


class Bezier(Curve):
    """The Bézier curve of the control points, quadratic for one bend."""

    def coefficients(self, positions: Tensor) -> Tensor:
        degree = self.bends + 1
        return torch.stack(
            [
                math.comb(degree, k) * positions**k * (1 - positions) ** (degree - k)
                for k in range(degree + 1)
            ],
            dim=1,
        )


class Chain(Curve):
    """The polygonal chain through the control points, which have equidistant positions."""

    def coefficients(self, positions: Tensor) -> Tensor:
        segments = self.bends + 1
        knots = torch.arange(segments + 1, dtype=positions.dtype, device=positions.device)
        return (1 - (positions.unsqueeze(1) * segments - knots).abs()).clamp(min=0)


CURVES: dict[str, type[Curve]] = {"bezier": Bezier, "chain": Chain}


def weights_at(
    curve: Curve, first: Parameters, bends: Bends, second: Parameters, positions: Tensor
) -> Parameters:
    """The weights `[M, …]` at positions `[M]` on the curves with ends `[M, …]`.

    At 0 and 1 they are those of the ends bit for bit.
    """
    coefficients = curve.coefficients(positions.double()).to(next(iter(first.values())))
    found = {}
    for name, start in first.items():
        total = spread(coefficients[:, 0], start.dim()) * start
        total += spread(coefficients[:, -1], start.dim()) * second[name]
        for k in range(curve.bends):
            total += spread(coefficients[:, k + 1], start.dim()) * bends[name][:, k]
        found[name] = total
    return found


def straight(first: Parameters, second: Parameters, bends: int) -> Bends:
    """`bends` control points `[M, K, …]` equally spaced on the straight lines between the ends."""
    places = [(k + 1) / (bends + 1) for k in range(bends)]
    return {
        name: torch.stack([torch.lerp(first[name], second[name], place) for place in places], 1)
        for name in first
    }


def spread(values: Tensor, dims: int) -> Tensor:
    """`values` `[M]` as `[M, 1, …]` of `dims` dimensions."""
    return values.view(-1, *[1] * (dims - 1))


def inner_shapes(network: Network, points: int) -> dict[str, tuple[int, ...]]:
    """The shapes `(points, *shape)` of the parameters of `points` networks in one member."""
    return {name: (points, *shape) for name, shape in network.shapes().items()}
