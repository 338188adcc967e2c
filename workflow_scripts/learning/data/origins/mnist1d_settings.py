"""The settings of MNIST-1D. The generator is imported only when it is made."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import numpy as np


class Mnist1d(Settings):
    """MNIST-1D: generated signals of ten classes; the paper's defaults (Greydanus & Kobak 2024)."""

    kind: Literal["mnist-1d"] = "mnist-1d"
    """The name under which it lies in the data folder."""
    train: int = Field(default=4000, ge=10)
    """Training examples, a tenth of each class."""
    test: int = Field(default=1000, ge=10)
    """Test examples, a tenth of each class, drawn from a stream of their own."""
    length: int = Field(default=40, ge=2)
    """Points of a signal: the resolution at which the same underlying signals are sampled."""
    seed: int = Field(default=42, ge=0)
    """Seed of the generator; the same seed gives the same signals at every length."""
    padding: tuple[int, int] = (36, 60)
    """Fewest and most zeros that are appended to a template of 12 points."""
    scale: float = Field(default=0.4, ge=0)
    """Width of the interval around 1 from which the amplitude is drawn."""
    max_translation: int = Field(default=48, ge=1)
    """Bound (exclusive) of the circular shift, in points of the padded signal."""
    correlated_noise: float = Field(default=0.25, ge=0)
    """Deviation of the noise that is smoothed and fills the padding."""
    white_noise: float = Field(default=0.02, ge=0)
    """Deviation of the independent noise at each point."""
    shear: float = Field(default=0.75, ge=0)
    """Width of the interval around 0 from which the slope of the added ramp is drawn."""

    def arrays(self) -> "dict[str, np.ndarray]":
        """Inputs and labels of both splits, by name."""
        from workflow_scripts.learning.data.mnist1d import generate

        return generate(**self.model_dump(exclude={"kind"}))
