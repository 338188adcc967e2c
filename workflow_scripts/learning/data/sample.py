"""The part of a data set that a study uses. Imports no torch."""

from typing import Annotated

from pydantic import AfterValidator, Field

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.formats.kinds import known_data_set


class Sample(Settings):
    """Disjoint training, validation and test sets; each seed draws its own, except for the test."""

    dataset: Annotated[str, AfterValidator(known_data_set)]
    """Name of the data set."""
    train: int = Field(gt=0)
    """Number of training examples, from the official training set."""
    validation: int = Field(ge=0)
    """Number of validation examples, from the rest of the official training set."""
    test: int = Field(gt=0)
    """Number of test examples, from the official test set."""
    downsample: int = Field(default=1, gt=0)
    """Side, in pixels, of the squares over which images are averaged; 1 for no averaging."""
