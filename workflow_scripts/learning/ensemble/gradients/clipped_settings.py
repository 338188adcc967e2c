"""Gradients of bounded norm. Imports torch only when it is built."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.gradients.treatment import Trainees, Treatment


class ClippedSettings(Settings):
    """Shorten each gradient that is longer than a threshold (Pascanu et al. 2013, algorithm 1)."""

    kind: Literal["clipped"]
    """The norm is taken over all parameters of a network together."""
    norm: float = Field(gt=0)
    """The threshold, an Euclidean norm."""
    takes_radii: ClassVar[bool] = False

    def build(self, ensemble: "Trainees") -> "Treatment":
        """The treatment for the members of `ensemble`."""
        from workflow_scripts.learning.ensemble.gradients.clipped import Clipped

        return Clipped(self.norm)
