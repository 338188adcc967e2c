"""The plane through three networks, for pictures (Garipov et al. 2018, appendix)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.networks.network import Parameters


@dataclass(frozen=True)
class Plane:
    """An origin and two orthonormal directions in the space of one network's weights, float64."""

    origin: Tensor
    across: Tensor
    up: Tensor
    shapes: dict[str, tuple[int, ...]]

    @classmethod
    def through(cls, first: Parameters, second: Parameters, third: Parameters) -> "Plane":
        """The plane with `first` `[1, …]` at (0, 0), `second` on the first axis, `third` above it.

        ValueError where the three lie on a line.
        """
        origin, other, apex = (_vector(each) for each in (first, second, third))
        across = (other - origin) / (other - origin).norm()
        rest = (apex - origin) - ((apex - origin) @ across) * across
        if rest.norm() <= 1e-9 * (apex - origin).norm():
            raise ValueError("three networks on a line span no plane")
        shapes = {name: tuple(tensor.shape[1:]) for name, tensor in first.items()}
        return cls(origin, across, rest / rest.norm(), shapes)

    def coordinates(self, network: Parameters) -> tuple[float, float]:
        """Where the projection of a network `[1, …]` on the plane lies."""
        away = _vector(network) - self.origin
        return float(away @ self.across), float(away @ self.up)

    def at(self, places: Tensor) -> Parameters:
        """The networks `[N, …]`, float32, at coordinates `[N, 2]`."""
        places = places.double()
        vectors = self.origin + places[:, :1] * self.across + places[:, 1:] * self.up
        found, start = {}, 0
        for name, shape in self.shapes.items():
            size = int(torch.tensor(shape).prod())
            found[name] = vectors[:, start : start + size].reshape(-1, *shape).float()
            start += size
        return found


def _vector(network: Parameters) -> Tensor:
    return torch.cat([tensor[0].double().flatten() for tensor in network.values()])
