"""The largest error of a network inside the interval and beside it, against the function itself."""

from dataclasses import dataclass

import numpy as np
import torch

from workflow_scripts.learning.networks.network import Network, Parameters, member_slice, members_of
from workflow_scripts.studies.approximation.settings import Places
from workflow_scripts.studies.approximation.targets import HIGH, LOW, Function

AT_ONCE = 1000
"""Places that are evaluated together, so that the bits do not depend on their number."""


@dataclass(frozen=True)
class Errors:
    """Largest absolute differences between a network and a function."""

    inside: float
    outside: float


@dataclass(frozen=True)
class Grid:
    """The places at which errors are measured, float64."""

    inside: np.ndarray
    outside: np.ndarray

    @classmethod
    def of(cls, settings: Places) -> "Grid":
        """The places of the settings: both ends of the interval are inside."""
        reach = settings.beyond * (HIGH - LOW)
        left = np.linspace(LOW - reach, LOW, settings.outside, endpoint=False)
        right = np.linspace(HIGH + reach, HIGH, settings.outside, endpoint=False)[::-1]
        return cls(np.linspace(LOW, HIGH, settings.inside), np.concatenate([left, right]))

    def errors(self, network: Network, parameters: Parameters, function: Function) -> Errors:
        """The errors of one member, `[1, …]`; infinite where its outputs are not numbers."""
        return Errors(
            largest_error(outputs(network, parameters, self.inside), function(self.inside)),
            largest_error(outputs(network, parameters, self.outside), function(self.outside)),
        )


def outputs(network: Network, parameters: Parameters, places: np.ndarray) -> np.ndarray:
    """The outputs `[N]` of one member, `[1, …]`, at the places `[N]`, in float64."""
    exact = {name: tensor.double() for name, tensor in parameters.items()}
    inputs = torch.from_numpy(np.ascontiguousarray(places, dtype=np.float64)).unsqueeze(1)
    found = torch.empty(len(inputs), dtype=torch.float64)
    # Written in place: results that stay between the units of each part would leave holes there.
    for part, values in zip(inputs.split(AT_ONCE), found.split(AT_ONCE), strict=True):
        values.copy_(network.logits(exact, part)[0, :, 0])
    return found.numpy()


def largest_error(found: np.ndarray, wanted: np.ndarray) -> float:
    """The largest absolute difference; infinite if one is not a number."""
    errors = np.abs(found - wanted)
    return float(np.max(errors)) if np.isfinite(errors).all() else float("inf")


def alone(parameters: Parameters) -> list[Parameters]:
    """Each member by itself, `[1, …]`."""
    return [member_slice(parameters, m, m + 1) for m in range(members_of(parameters))]
