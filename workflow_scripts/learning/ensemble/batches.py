"""Which examples each member sees in each step."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import DataOrder


class Batches:
    """Inputs `[M, B, *example]` and labels `[M, B]` of each step, each member in its own order.

    `inputs` `[N, *example]` are shared, `labels` `[N]` or `[M, N]`; `rows` `[M, N']` are the
    examples that each member trains on, None for all. A batch of all examples (`size` None, or as
    many) is gathered once and comes in the same order in each step.
    """

    def __init__(
        self,
        inputs: Tensor,
        labels: Tensor,
        order_seeds: Sequence[int],
        size: int | None,
        rows: Tensor | None = None,
    ) -> None:
        self._inputs, self._labels = inputs, labels
        self._rows = None if rows is None else rows.to(inputs.device)
        examples = len(inputs) if rows is None else rows.shape[1]
        size = examples if size is None else size
        self._order = DataOrder(list(order_seeds), examples, size)
        self._all: tuple[Tensor, Tensor] | None = None
        if size >= examples:
            self._all = self._gathered(torch.arange(examples).expand(len(order_seeds), -1))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """The examples of `step`, counted from 0."""
        return self._all or self._gathered(self._order.batch(step))

    def _gathered(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        batch = batch.to(self._inputs.device)
        if self._rows is not None:
            batch = self._rows.gather(1, batch)
        examples = self._inputs.index_select(0, batch.reshape(-1))
        inputs = examples.view(*batch.shape, *self._inputs.shape[1:])
        shared = self._labels.dim() == 1
        return inputs, self._labels[batch] if shared else self._labels.gather(1, batch)
