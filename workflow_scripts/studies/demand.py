"""What the settings of a study ask of data beyond samples and networks, and of each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.settings import Training

IMAGE_AXES = 3
"""Channels, height and width."""


@dataclass(frozen=True)
class Demand:
    """Training examples, or classes, that a data set must have for a setting to be possible."""

    key: str
    """The setting, by its dotted key within the study."""
    dataset: str
    """Name of the data set."""
    examples: int = 0
    """Number of training examples that are drawn; 0 if a sample says so."""
    labels: tuple[int, ...] = ()
    """Numbers of classes that are named."""
    each: int = 0
    """Number of training examples of each of these classes."""
    among: int = 0
    """Number of training examples, classes in proportion, from which those are taken."""
    shape: tuple[int, ...] = ()
    """Shape of one example, which grey images have without an axis for their one channel."""
    classes: int = 0
    """Number of classes, which must be this one."""


def unfit_training(
    key: str, training: Training, examples: int, network: Settings | None = None
) -> Iterator[str]:
    """Lines for what the training at `key` cannot do with its examples and its `network`.

    `network` is that of the training where it may read images, and None where it reads none.
    """
    if training.batch_size is not None and training.batch_size > examples:
        yield (
            f"{key}.batch_size asks for {training.batch_size} examples a step, but there are"
            f" {examples}: null is for all"
        )
    shape = getattr(network, "input", ())
    if training.augmentations and len(shape) != IMAGE_AXES:
        yield f"{key}.augmentations are for networks whose input is [channels, height, width]"


def too_many(key: str, wanted: int, among: int, what: str) -> Iterator[str]:
    """A line if the setting `key` asks for more than there are among `what`, another setting."""
    if wanted > among:
        yield f"{key} asks for {wanted}, but {what} is {among}"
