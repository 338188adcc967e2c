"""Loss and error of many networks at positions on the paths between them."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.networks.network import Network, Parameters, device_of


def between(first: Parameters, second: Parameters, position: float) -> Parameters:
    """The networks `[M, …]` at `position` in [0, 1] on the straight lines from `first`."""
    return {name: torch.lerp(first[name], second[name], position) for name in first}


def equidistant(places: int) -> list[float]:
    """`places` equidistant positions from 0 to 1."""
    return torch.linspace(0, 1, places, dtype=torch.float64).tolist()


def along(
    network: Network,
    at: Callable[[float], Parameters],
    positions: Sequence[float],
    splits: Mapping[str, Split],
    calibration: Tensor,
) -> pd.DataFrame:
    """Loss (nats) and error (%) on each split, by name, at each position on M paths.

    `at` gives the networks `[M, …]` at a position. Normalisation statistics are recomputed from
    `calibration` at each position (Jordan et al. 2023). Columns: member, split, position, loss and
    error, which are NaN where the loss is not finite.
    """
    rows = []
    for position in positions:
        there = at(position)
        device = device_of(there)  # the same at all positions: examples move there once
        calibration = calibration.to(device)
        splits = {name: examples.to(device) for name, examples in splits.items()}
        calibrated = network.calibrated(there, calibration)
        for split, examples in splits.items():
            measured = evaluate(network, calibrated, examples)
            rows += [
                {
                    "member": member,
                    "split": split,
                    "position": position,
                    "loss": float(lo),
                    "error": 100 * (1 - float(ac)),
                }
                for member, (lo, ac) in enumerate(
                    zip(measured["loss"], measured["accuracy"], strict=True)
                )
            ]
    return pd.DataFrame(rows)


def two_copies(copies: Parameters) -> tuple[Parameters, Parameters]:
    """The first and the second copy `[M, …]` of each network, from adjacent copies `[2 · M, …]`."""
    first = {name: tensor[0::2] for name, tensor in copies.items()}
    return first, {name: tensor[1::2] for name, tensor in copies.items()}
