"""The signals of networks: drawn anew for each seed from those of a generator."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassMaps, ClassNumbers
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.studies.nas.settings import SignalSample

CALIBRATION = 1000
"""Training signals from which normalisation statistics are computed."""


@dataclass(frozen=True)
class Signals:
    """The signals of M members: training and validation sets of their own, and one test set."""

    train: Split
    validation: Split
    test: Split

    @property
    def calibration(self) -> Tensor:
        """The first training signals `[M, n, L]` of each member."""
        first = self.train.first(CALIBRATION)
        return first.inputs[first.rows]


@dataclass(frozen=True)
class Source:
    """All signals of a generator, of which seeds draw theirs."""

    inputs: Tensor
    labels: Tensor
    test: Split

    @classmethod
    def of(cls, settings: Mnist1d) -> "Source":
        """Generate the signals: inputs `[N, L]`."""
        arrays = {name: torch.from_numpy(array) for name, array in settings.arrays().items()}
        test = Split(arrays["test-inputs"], ClassNumbers(arrays["test-labels"]))
        return cls(arrays["train-inputs"], arrays["train-labels"], test)

    def of_seeds(self, sample: SignalSample, seeds: Sequence[int], *channel: int) -> Signals:
        """Disjoint signals for training and validation; a seed may occur repeatedly.

        `channel` is the number of channels of an example, if it has any: (1,).
        """
        order = {seed: self._order(seed) for seed in set(seeds)}
        rows = torch.stack([order[seed] for seed in seeds])
        inputs = self.inputs.view(len(self.inputs), *channel, -1)
        test = Split(self.test.inputs.view(len(self.test), *channel, -1), self.test.targets)
        targets = ClassNumbers(self.labels)
        kept, last = sample.validation, sample.validation + sample.train
        return Signals(
            Split(inputs, targets, rows[:, kept:last].contiguous()),
            Split(inputs, targets, rows[:, :kept].contiguous()),
            test,
        )

    def pairs(self, sample: SignalSample, seeds: Sequence[int]) -> Split:
        """Training signals in pairs of the two halves: inputs `[N, 2, L]`, targets `[N, 2]`."""
        first, half = sample.validation, sample.train // 2
        rows = torch.cat(
            [self._order(seed)[first : first + 2 * half].view(2, half).T for seed in seeds]
        )
        members = torch.arange(len(rows)).view(len(seeds), half)
        return Split(self.inputs[rows], ClassMaps(self.labels[rows]), members)

    def _order(self, seed: int) -> Tensor:
        return torch.randperm(len(self.inputs), generator=generator(seed, "sample"))
