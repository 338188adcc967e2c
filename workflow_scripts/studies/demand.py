"""What the settings of a study ask of data beyond samples and networks, and of each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_scripts.learning.ensemble.settings import Training


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


def larger_batch(key: str, training: Training, examples: int) -> Iterator[str]:
    """A line if the batches of the training at `key` are larger than its training set."""
    if training.batch_size is not None and training.batch_size > examples:
        yield (
            f"{key}.batch_size asks for {training.batch_size} examples a step, but there are"
            f" {examples}: null is for all"
        )


def too_many(key: str, wanted: int, among: int, what: str) -> Iterator[str]:
    """A line if the setting `key` asks for more than there are among `what`, another setting."""
    if wanted > among:
        yield f"{key} asks for {wanted}, but {what} is {among}"
