"""The settings of arrays of one's own. The code that reads them is imported only when needed."""

from typing import Literal

from pydantic import Field, model_validator

from workflow_scripts.core.settings import Settings


class Files(Settings):
    """One split of a data set of one's own: two arrays, or a folder of images."""

    inputs: str | None = Field(default=None, min_length=1)
    """A .npy file, or an array in a .npz file (`file.npz/name`): bytes or floats `[n, …]`."""
    labels: str | None = Field(default=None, min_length=1)
    """The same for the class numbers `[n]`, from 0."""
    images: str | None = Field(default=None, min_length=1)
    """A folder with one folder of images per class, in the order of their names."""

    @model_validator(mode="after")
    def _whole(self) -> "Files":
        if (self.inputs is None) != (self.labels is None):
            raise ValueError("needs inputs and labels")
        if (self.inputs is None) == (self.images is None):
            raise ValueError("needs either inputs and labels or images")
        return self


class Arrays(Settings):
    """A data set of your own: images `[n, height, width]` or `[n, channels, …]`, or signals."""

    kind: Literal["arrays"]
    """Arrays of numbers with classes."""
    train: Files
    """The training set, of which samples are drawn; its mean and deviation standardise both."""
    test: Files
    """The test set."""
    instead_of: str | None = None
    """A data set whose place it takes in all studies; null for none."""
