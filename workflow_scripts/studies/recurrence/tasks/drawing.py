"""Sequences of several seeds as one set of examples, of which each seed has its own rows."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import Targets
from workflow_scripts.learning.ensemble.randomness import generator

Draw = Callable[[torch.Generator, int], tuple[Tensor, Tensor]]
"""From a generator and a number of sequences to inputs and targets."""
HELD_OUT = 0
"""The seed of the held-out sequences, which are the same for all networks."""


def splits(
    draw: Draw, kind: type[Targets], seeds: Sequence[int], count: int, held_out: int
) -> tuple[Split, Split]:
    """Training sequences, `count` for each seed, and `held_out` others for all seeds."""
    parts = [draw(generator(seed, "sequences"), count) for seed in seeds]
    inputs, targets = (torch.cat(each) for each in zip(*parts, strict=True))
    rows = torch.arange(len(seeds) * count).view(len(seeds), count)
    shown, answers = draw(generator(HELD_OUT, "held-out sequences"), held_out)
    return Split(inputs, kind(targets), rows), Split(shown, kind(answers))
