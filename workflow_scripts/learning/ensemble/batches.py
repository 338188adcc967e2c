"""Which examples each member sees in each step."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.randomness import DataOrder


class Batches:
    """Inputs `[M, B, *example]` and targets `[M, B, *target]` per step, in each member's own order.

    A full batch (`size` None, or all examples of a member) is gathered once and has the same order
    in every step.
    """

    def __init__(self, examples: Split, order_seeds: Sequence[int], size: int | None) -> None:
        self._examples = examples
        size = len(examples) if size is None else size
        self._order = DataOrder(list(order_seeds), len(examples), size)
        self._all: tuple[Tensor, Tensor] | None = None
        if size >= len(examples):
            everything = torch.arange(len(examples)).expand(len(order_seeds), -1)
            self._all = examples.batch(everything)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """The examples of `step`, counted from 0."""
        return self._all or self._examples.batch(self._order.batch(step))
