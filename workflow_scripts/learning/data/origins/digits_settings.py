"""The settings of the digits of scikit-learn, which is imported only when needed."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import numpy as np


class Digits(Settings):
    """The digits of scikit-learn: 1797 grey images, 8 × 8 pixels (Alpaydin & Kaynak 1998)."""

    kind: Literal["digits"] = "digits"
    """The name of the data set and of its folder below the data folder."""
    test: int = Field(default=360, ge=10, le=1787)
    """Number of test examples; the other images are the training set."""
    seed: int = Field(default=0, ge=0)
    """Seed of the stratified split into training and test set."""

    def arrays(self) -> "dict[str, np.ndarray]":
        """Inputs and labels of both splits, by name."""
        from workflow_scripts.learning.data.digits import split_digits

        return split_digits(**self.model_dump(exclude={"kind"}))
