"""The settings of MNIST-1D. The generator is imported only when needed."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import numpy as np


class Mnist1d(Settings):
    """MNIST-1D: generated signals in ten classes; defaults of Greydanus & Kobak 2024."""

    kind: Literal["mnist-1d"] = "mnist-1d"
    """The name of the data set and of its folder below the data folder."""
    train: int = Field(default=4000, ge=10)
    """Number of training examples, a tenth from each class."""
    test: int = Field(default=1000, ge=10)
    """Number of test examples, a tenth from each class, from their own random stream."""
    length: int = Field(default=40, ge=2)
    """Points per signal: the resolution at which the same underlying signals are sampled."""
    seed: int = Field(default=42, ge=0)
    """Seed of the generator; the same seed gives the same signals at every length."""
    padding: tuple[int, int] = (36, 60)
    """Minimum and maximum number of zeros appended to a template of 12 points."""
    scale: float = Field(default=0.4, ge=0)
    """Width of the interval around 1 from which the amplitude is drawn."""
    max_translation: int = Field(default=48, ge=1)
    """Upper bound (exclusive) of the circular shift, in points of the padded signal."""
    correlated_noise: float = Field(default=0.25, ge=0)
    """Standard deviation of the smoothed noise that fills the padding."""
    white_noise: float = Field(default=0.02, ge=0)
    """Standard deviation of the independent noise at each point."""
    shear: float = Field(default=0.75, ge=0)
    """Width of the interval around 0 from which the slope of the added ramp is drawn."""

    def arrays(self) -> "dict[str, np.ndarray]":
        """Inputs and labels of both splits, by name."""
        from workflow_scripts.learning.data.mnist1d import generate

        return generate(**self.model_dump(exclude={"kind"}))
