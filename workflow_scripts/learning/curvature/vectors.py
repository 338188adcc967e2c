"""Parameters as vectors, one row per member, and random rows from the seed of each member."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.network import Parameters

Shapes = Mapping[str, tuple[int, ...]]


def flat(parameters: Parameters) -> Tensor:
    """All parameters of each member as a row `[M, P]`, in the order of the names."""
    return torch.cat([tensor.flatten(1) for tensor in parameters.values()], dim=1)


def unflat(rows: Tensor, shapes: Shapes) -> Parameters:
    """The inverse of `flat`: views of `rows` `[M, P]` as parameters `[M, *shape]`."""
    sizes = [math.prod(shape) for shape in shapes.values()]
    parts = rows.split(sizes, dim=1)
    return {n: part.reshape(-1, *shapes[n]) for n, part in zip(shapes, parts, strict=True)}


def normal_rows(seeds: Sequence[int], like: Tensor, purpose: str, *counters: int) -> Tensor:
    """Standard normal rows shaped as `like` `[M, P]`; each member draws from its own seed."""
    rows = [
        torch.randn(like.shape[1], generator=generator(seed, purpose, *counters)) for seed in seeds
    ]
    return torch.stack(rows).to(like)


def sign_rows(seeds: Sequence[int], like: Tensor, purpose: str, *counters: int) -> Tensor:
    """Rows of ±1 with equal probability (Rademacher) shaped as `like`, one seed per member."""
    rows = [
        torch.randint(0, 2, like.shape[1:], generator=generator(seed, purpose, *counters))
        for seed in seeds
    ]
    return 2 * torch.stack(rows).to(like) - 1


def dots(left: Tensor, right: Tensor) -> Tensor:
    """Each member's inner product `[M]` of rows `[M, P]`, summed in float64."""
    return (left * right).sum(1, dtype=torch.float64)


def norms(rows: Tensor) -> Tensor:
    """Each member's Euclidean norm `[M]` of rows `[M, P]`, summed in float64."""
    return dots(rows, rows).sqrt()
