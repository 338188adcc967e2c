"""Loss along chosen directions in weight space, and directions that are comparable."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.vectors import flat, normal_rows, unflat
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.networks.network import Network, Parameters, device_of


def filter_normalised(
    network: Network, parameters: Parameters, direction: Parameters
) -> Parameters:
    """`direction` with each filter scaled to the norm of that of `parameters` (Li et al. 2018, §4).

    A filter is all weights into one unit or channel; biases, scales and shifts get no change.
    """
    result = {}
    for name in network.shapes():
        weights, along = parameters[name], direction[name]
        if weights.dim() == 2:
            result[name] = torch.zeros_like(weights)
            continue
        # Linear layers are [M, in, out], convolutions [M, out, in, …].
        axes = (1,) if weights.dim() == 3 else tuple(range(2, weights.dim()))
        lengths = [torch.linalg.vector_norm(t, dim=axes, keepdim=True) for t in (weights, along)]
        result[name] = along * lengths[0] / lengths[1].clamp_min(torch.finfo(along.dtype).tiny)
    return result


def random_direction(
    network: Network, parameters: Parameters, seeds: Sequence[int], number: int = 0
) -> Parameters:
    """A filter-normalised Gaussian direction, the one of this `number` of each member's seed."""
    shapes = network.shapes()
    like = flat({name: parameters[name] for name in shapes})
    drawn = unflat(normal_rows(seeds, like, "slice direction", number), shapes)
    return filter_normalised(network, parameters, drawn)


@torch.no_grad()
def landscape(
    network: Network,
    origin: Parameters,
    directions: Sequence[Parameters],
    coordinates: Tensor,
    examples: Split,
    calibration: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean loss and accuracy in [0, 1], float64 `[C, M]`, at points in the span of `directions`.

    `coordinates` `[C, D]` multiply the D directions, starting from `origin`. Normalisation
    statistics are recomputed from `calibration`, `[N, *example]` or `[M, N, *example]`, at every
    point.
    """
    losses, accuracies = [], []
    for place in coordinates.tolist():
        there = dict(origin)
        for name in network.shapes():
            for coordinate, direction in zip(place, directions, strict=True):
                there[name] = there[name] + coordinate * direction[name]
        examples = examples.to(device_of(there))  # once
        if calibration is not None:
            calibration = calibration.to(device_of(there))
            there = network.calibrated(there, calibration)
        measured = evaluate(network, there, examples)
        losses.append(measured["loss"])
        accuracies.append(measured["accuracy"])
    return torch.stack(losses), torch.stack(accuracies)
