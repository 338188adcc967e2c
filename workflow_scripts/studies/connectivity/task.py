"""The new task of the fine-tuned copies: the images of the old one, under noise."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.randomness import generator

TEST_SEED = 0
"""Seed of the noise of the test images, which are the same for all seeds of the study."""


def noised(examples: Examples, deviation: float, train: int) -> Examples:
    """The same examples with noise in their images, the first `train` of each member for training.

    The noise is Gaussian, with this standard deviation, and does not change during training. Each
    seed draws that of its own images, whoever else is in the ensemble.
    """
    first = examples.train.first(train)
    return replace(
        examples,
        train=_of_members(first, examples.seeds, deviation, "noise of training images"),
        validation=_of_members(
            examples.validation, examples.seeds, deviation, "noise of validation images"
        ),
        test=replace(
            examples.test,
            inputs=_with_noise(examples.test.inputs, deviation, TEST_SEED, "noise of test images"),
        ),
    )


def _of_members(split: Split, seeds: Sequence[int], deviation: float, purpose: str) -> Split:
    """The examples of each member one after the other, with noise of its own."""
    if split.rows is None:
        raise ValueError("every member needs examples of its own")
    members, count = split.rows.shape
    inputs = [
        _with_noise(split.inputs[rows], deviation, seed, purpose)
        for rows, seed in zip(split.rows, seeds, strict=True)
    ]
    return Split(
        torch.cat(inputs),
        split.targets.rows(split.rows.reshape(-1)),
        torch.arange(members * count).view(members, count),
    )


def _with_noise(inputs: Tensor, deviation: float, seed: int, purpose: str) -> Tensor:
    drawn = torch.randn(inputs.shape, generator=generator(seed, purpose), dtype=inputs.dtype)
    return inputs + deviation * drawn
