"""The examples of an ensemble: parts of a data set as tensors, drawn anew for each seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.data.datasets import Dataset, as_float, load, split_indices
from workflow_scripts.learning.data.manifest import verify
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.streams import stream_seed

CALIBRATION = 1000
"""Number of training examples from which normalisation statistics are computed."""
TEST_SEED = 0
"""Seed of the test set, which is the same for all seeds of a study."""


@dataclass(frozen=True)
class Examples:
    """Three disjoint sets of examples: inputs `[N, *shape]` float32, standardised, and targets.

    Each member has its own training and validation examples (`Split.rows`); all share the test set.
    """

    train: Split
    validation: Split
    test: Split
    classes: int
    """Number of classes in the data set."""
    seeds: Sequence[int] = ()
    """The seed of each member, or none if all members share all examples."""

    @property
    def calibration(self) -> Tensor:
        """The first training inputs `[M, n, *shape]` of each member, for normalisation statistics.

        `[n, *shape]` if all members share their examples.
        """
        first = self.train.first(CALIBRATION)
        return first.inputs if first.rows is None else first.inputs[first.rows]

    def of(self, seeds: Sequence[int]) -> "Examples":
        """The same examples for an ensemble whose members have these seeds, in this order.

        Seeds may occur repeatedly. ValueError for one whose examples have not been drawn.
        """
        if not self.seeds:
            return self
        known = {seed: member for member, seed in enumerate(self.seeds)}
        if missing := sorted(set(seeds) - known.keys()):
            raise ValueError(f"no examples have been drawn for the seeds {missing}")
        members = [known[seed] for seed in seeds]
        train, validation = self.train.of(members), self.validation.of(members)
        return replace(self, train=train, validation=validation, seeds=tuple(seeds))


def examples(
    sample: Sample, folder: Path, shape: tuple[int, ...], seeds: Sequence[int]
) -> Examples:
    """Draw `sample` for each of `seeds` from its data set below `folder`; one member per seed.

    Each input is reshaped to `shape`; (-1,) flattens inputs of any shape.

    Training and validation sets are disjoint stratified parts of the official training set. What a
    seed draws depends on nothing else, and only images that one of the `seeds` draws are held, once
    for all. The test set is a fixed part of the official test set.
    """
    verify(sample.dataset, folder)
    official = load(sample.dataset, "train", folder)
    # Validation first: its draw must not depend on how many training examples there are.
    sizes = {"validation": sample.validation, "train": sample.train}
    drawn = [
        split_indices(len(official.labels), sizes, stream_seed(seed, "sample"), official.labels)
        for seed in seeds
    ]
    held, places = np.unique([np.concatenate(list(d.values())) for d in drawn], return_inverse=True)
    rows = torch.from_numpy(places.reshape(len(seeds), -1))
    pool = _split(sample, official, held, shape)
    held_out = load(sample.dataset, "test", folder)
    tested = split_indices(len(held_out.labels), {"test": sample.test}, TEST_SEED, held_out.labels)
    return Examples(
        replace(pool, rows=rows[:, sample.validation :].contiguous()),
        replace(pool, rows=rows[:, : sample.validation].contiguous()),
        _split(sample, held_out, tested["test"], shape),
        official.classes,
        tuple(seeds),
    )


def _split(sample: Sample, source: Dataset, indices: np.ndarray, shape: tuple[int, ...]) -> Split:
    inputs = as_float(source.inputs, source.format, indices, sample.downsample)
    laid_out = torch.from_numpy(inputs).reshape(len(inputs), *shape)
    return Split(laid_out, ClassNumbers(torch.from_numpy(source.labels[indices])))
