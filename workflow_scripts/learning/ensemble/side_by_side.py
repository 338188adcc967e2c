"""Networks that were trained one after the other, put side by side as those of one ensemble."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.networks.network import Parameters


def side_by_side(
    trained: Sequence[tuple[Parameters, Measurements]],
) -> tuple[Parameters, Measurements]:
    """The parameters `[M, …]` of all trainings, and their measurements as one.

    All were measured at the same steps for as long as they went on; after the end of a training its
    measurements are NaN. ValueError for trainings that were measured at other steps.
    """
    parameters = {name: torch.cat([own[name] for own, _ in trained]) for name in trained[0][0]}
    curves = [curve for _, curve in trained]
    longest = max(curves, key=lambda curve: len(curve.steps))
    for curve in curves:
        if curve.steps != longest.steps[: len(curve.steps)]:
            raise ValueError("trainings that are put side by side are measured at the same steps")
    joined = Measurements(longest.split, longest.measure, longest.at)
    joined.steps = list(longest.steps)
    joined.diverged = [step for curve in curves for step in curve.diverged]
    joined.measured = {
        name: list(torch.cat([_as_long(c.measured[name], len(joined.steps)) for c in curves], 1))
        for name in longest.measured
    }
    return parameters, joined


def _as_long(values: Sequence[Tensor], steps: int) -> Tensor:
    """Measurements `[T, M, …]`, with NaN for those that are missing up to `steps`."""
    found = torch.stack(list(values))
    missing = found.new_full((steps - len(found), *found.shape[1:]), torch.nan)
    return torch.cat([found, missing])
