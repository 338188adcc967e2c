"""The examples one training uses: fixed subsets of a data set as tensors."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from workflow_scripts.learning.data.datasets import as_float, load, split_indices
from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.learning.data.manifest import verify
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers

CALIBRATION = 1000
"""Number of training examples from which normalisation statistics are computed."""


@dataclass(frozen=True)
class Examples:
    """Three disjoint sets of examples: inputs `[N, *shape]` float32, standardised, and targets."""

    train: Split
    validation: Split
    test: Split
    classes: int
    """Number of classes in the data set."""

    @property
    def calibration(self) -> Tensor:
        """The first training inputs, for normalisation statistics."""
        return self.train.inputs[:CALIBRATION]


def examples(sample: Sample, folder: Path, shape: tuple[int, ...]) -> Examples:
    """Draw `sample` from its data set below `folder` and reshape each input to `shape`.

    The shape (-1,) flattens inputs of any shape.

    Training and validation sets are disjoint stratified parts of the official training set; the
    test set is a part of the official test set. They are the same for every seed of the study: the
    seeds differ in the network and in the order of its examples.
    """
    verify(sample.dataset, folder)
    official = load(sample.dataset, "train", folder)
    # Validation first: its draw must not depend on how many training examples there are.
    sizes = {"validation": sample.validation, "train": sample.train}
    parts = split_indices(len(official.labels), sizes, sample.seed, official.labels)
    held_out = load(sample.dataset, "test", folder)
    test = split_indices(len(held_out.labels), {"test": sample.test}, sample.seed, held_out.labels)
    splits = []
    for source, indices in (
        (official, parts["train"]),
        (official, parts["validation"]),
        (held_out, test["test"]),
    ):
        inputs = as_float(source.inputs, source.format, indices, sample.downsample)
        laid_out = torch.from_numpy(inputs).reshape(len(inputs), *shape)
        splits.append(Split(laid_out, ClassNumbers(torch.from_numpy(source.labels[indices]))))
    train, validation, test_set = splits
    return Examples(train, validation, test_set, format_of(sample.dataset).classes)
