"""Which part of which data set a study uses. Imports no torch."""

from typing import Annotated

from pydantic import AfterValidator, Field

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.formats.kinds import known_data_set


class Sample(Settings):
    """Disjoint training, validation and test sets, drawn once by a fixed seed."""

    dataset: Annotated[str, AfterValidator(known_data_set)]
    """The data set."""
    train: int = Field(gt=0)
    """Training examples, from the official training set."""
    validation: int = Field(ge=0)
    """Validation examples, from the rest of the official training set."""
    test: int = Field(gt=0)
    """Test examples, from the official test set."""
    seed: int = 0
    """Seed of the draw: the same subset for every network."""
    downsample: int = Field(default=1, gt=0)
    """Average images over squares of this many pixels a side."""
