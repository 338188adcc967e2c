"""The two networks of each pair: how they begin, and how they are read."""

from collections.abc import Sequence
from pathlib import Path

import torch

from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Network, Parameters

FIRST, SECOND = 0, 1
"""The sides of a pair."""


def initial(network: Network, seeds: Sequence[int], side: int) -> Parameters:
    """The initial weights `[M, …]` of one side of each pair."""
    return network.initialise([stream_seed(seed, "initialisation", side) for seed in seeds])


def orders(seeds: Sequence[int], side: int) -> list[int]:
    """The seeds of the orders in which one side of each pair sees the examples of its pair."""
    return [stream_seed(seed, "order of examples", side) for seed in seeds]


def stored(first: Parameters, second: Parameters) -> Stored:
    """Both sides `[M, …]` of the pairs in the form in which they are saved."""
    return Stored.grouped({"first": first, "second": second})


def load(path: str | Path, device: torch.device) -> tuple[Parameters, Parameters]:
    """Both sides `[M, …]` of the pairs of a checkpoint."""
    groups = Stored.load(path).groups()
    return groups["first"].parameters(device), groups["second"].parameters(device)
