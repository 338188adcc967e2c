"""Sharpness-aware minimisation, and its control. Imports torch only when it is built."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.gradients.treatment import Trainees, Treatment


class SharpnessAwareSettings(Settings):
    """Compute each gradient not at the weights but one step away from them (SAM)."""

    kind: Literal["sharpness-aware"]
    """Two gradients per step (Foret et al. 2021)."""
    radius: float = Field(default=0.05, gt=0)
    """ρ, the Euclidean length of that step, for members that have no radius of their own."""
    direction: Literal["ascent", "random"] = "ascent"
    """Direction of that step: up the loss of the batch (SAM) or random (a control)."""
    takes_radii: ClassVar[bool] = True

    def build(self, ensemble: "Trainees") -> "Treatment":
        """The treatment for the members of `ensemble`, with their `radii` where they have any."""
        from workflow_scripts.learning.ensemble.gradients.sharpness_aware import SharpnessAware

        seeds = ensemble.order_seeds
        radii = ensemble.radii or [self.radius] * len(seeds)
        random = self.direction == "random"
        return SharpnessAware(ensemble.network, ensemble.loss, radii, seeds, random)
