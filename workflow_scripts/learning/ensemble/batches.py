"""Which examples each member sees in each step."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.augmentations.augmentation import Augmentation
from workflow_scripts.learning.ensemble.randomness import DataOrder, generator


class Batches:
    """Inputs `[M, B, *example]` and targets `[M, B, *target]` per step, in each member's own order.

    A full batch (`size` None, or all examples of a member) is gathered once and has the same order
    in every step. The inputs are changed by the `augmentations`, one after the other. Whatever is
    random is drawn once per epoch and depends only on a member's seed and the epoch.
    """

    def __init__(
        self,
        examples: Split,
        order_seeds: Sequence[int],
        size: int | None,
        augmentations: Sequence[Augmentation] = (),
    ) -> None:
        self._examples, self._seeds = examples, list(order_seeds)
        self._augmentations = augmentations
        size = len(examples) if size is None else size
        self._order = DataOrder(self._seeds, len(examples), size, examples.inputs.device)
        self._all: tuple[Tensor, Tensor] | None = None
        if size >= len(examples):
            everything = torch.arange(len(examples)).expand(len(order_seeds), -1)
            self._all = examples.batch(everything)
        self._epoch = -1
        self._drawn: list[Tensor] = []

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """The examples of `step`, counted from 0."""
        inputs, targets = self._all or self._examples.batch(self._order.batch(step))
        epoch, batch = divmod(step, self._order.batches)
        if self._augmentations and epoch != self._epoch:
            self._drawn = [
                self._draws(each, epoch).to(inputs.device) for each in self._augmentations
            ]
            self._epoch = epoch
        place = slice(batch * inputs.shape[1], (batch + 1) * inputs.shape[1])
        for augmentation, drawn in zip(self._augmentations, self._drawn, strict=True):
            inputs = augmentation.applied(inputs, drawn[:, place])
        return inputs, targets

    def _draws(self, augmentation: Augmentation, epoch: int) -> Tensor:
        images = self._order.batches * self._order.batch_size
        streams = (generator(seed, augmentation.purpose, epoch) for seed in self._seeds)
        return torch.stack([augmentation.draw(stream, images) for stream in streams])
