"""The settings of an arm: a loss, which negatives it counts, how its network starts."""

from typing import Annotated, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

Negatives = Literal["all", "hardest", "hardest-ratio", "random-ratio", "easiest-first"]
NEGATIVES = ("all", "hardest", "hardest-ratio", "random-ratio", "easiest-first")
"""Ways to choose negatives, each by its number in the targets."""


class DetectorArm(Settings):
    """One way to train a detector."""

    gamma: float = Field(default=0.0, ge=0)
    """Focusing parameter γ; 0 for the cross-entropy."""
    alpha: float = Field(default=0.5, ge=0, le=1)
    """Weight α of objects; 1 − α is that of other places."""
    prior: float = Field(default=0.01, gt=0, lt=1)
    """The probability of an object that the scores start from; 0.5 for no prior bias."""
    negatives: Negatives = "all"
    """Which places without an object count in the loss.

    All; the hardest places of a batch, objects among them; the hardest or random ones in a ratio to
    the objects; the easiest ones first, all from the middle of training on.
    """
    amount: float = Field(default=0.0, ge=0)
    """Places a scene, the ratio, or the share at the start, as `negatives` needs it."""
    learning_rate: Annotated[float, Field(gt=0)]
    """Learning rate, chosen on other seeds."""
