"""The plane through three networks, for pictures (Garipov et al. 2018, appendix A.2)."""

from dataclasses import dataclass

from torch import Tensor

from workflow_scripts.learning.curvature.vectors import dots, flat, norms, unflat
from workflow_scripts.learning.networks.network import Parameters


@dataclass(frozen=True)
class Plane:
    """An origin `[1, …]` and two orthonormal directions in the weight space of one network."""

    origin: Parameters
    across: Parameters
    up: Parameters

    @classmethod
    def through(cls, first: Parameters, second: Parameters, third: Parameters) -> "Plane":
        """The plane with `first` at (0, 0), `second` on the first axis and `third` above it.

        Each is one network, `[1, …]`. ValueError if the three lie on a line.
        """
        start, other, apex = (flat(each).double() for each in (first, second, third))
        across = _unit(other - start)
        away = apex - start
        rest = away - dots(away, across).unsqueeze(1) * across
        if norms(rest) <= 1e-6 * norms(away):
            raise ValueError("three networks on a line span no plane")
        shapes = {name: tuple(tensor.shape[1:]) for name, tensor in first.items()}
        sides = (unflat(side.float(), shapes) for side in (across, _unit(rest)))
        return cls(first, *sides)

    def coordinates(self, network: Parameters) -> tuple[float, float]:
        """The coordinates of the projection of one network `[1, …]` onto the plane."""
        away = flat({name: network[name] - start for name, start in self.origin.items()})
        return float(dots(away, flat(self.across))), float(dots(away, flat(self.up)))


def _unit(row: Tensor) -> Tensor:
    return row / norms(row).unsqueeze(1)
