"""Random streams that depend only on a seed, a purpose and counters."""

import torch
from torch import Tensor

from workflow_scripts.learning.streams import stream_seed as stream_seed


def generator(seed: int, purpose: str, *counters: int) -> torch.Generator:
    """A torch generator at the start of that stream."""
    return torch.Generator().manual_seed(stream_seed(seed, purpose, *counters))


class DataOrder:
    """The order in which each member sees the examples: a fresh permutation every epoch.

    A pure function of (seed, step): training can start or resume at any step, and a member's order
    is the same in every ensemble. The incomplete batch at the end of an epoch is skipped; the next
    epoch draws a new permutation of all examples, on the CPU, and copies it to `device` once.
    """

    def __init__(
        self,
        seeds: list[int],
        examples: int,
        batch_size: int,
        device: torch.device | str = "cpu",
    ) -> None:
        self.seeds = seeds
        self.device = device
        self.examples = examples
        self.batch_size = min(batch_size, examples)
        self.batches = examples // self.batch_size
        self._epoch = -1
        self._permutations = torch.empty(0)

    def batch(self, step: int) -> Tensor:
        """Indices `[M, batch]` of the examples of step `step` (counted from 0)."""
        epoch, batch = divmod(step, self.batches)
        if epoch != self._epoch:
            self._permutations = torch.stack(
                [
                    torch.randperm(self.examples, generator=generator(s, "order", epoch))
                    for s in self.seeds
                ]
            ).to(self.device)
            self._epoch = epoch
        start = batch * self.batch_size
        return self._permutations[:, start : start + self.batch_size]
