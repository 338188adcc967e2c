"""Gradients without the part along the weights. Imports torch only when it is built."""

from typing import TYPE_CHECKING, ClassVar, Literal

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.gradients.treatment import Trainees, Treatment


class OrthogonalSettings(Settings):
    """Take from each gradient its part along the weights, and restore its norm (⊥Grad)."""

    kind: Literal["orthogonal"]
    """Orthogonal to the weights, each tensor by itself (Prieto et al. 2025)."""
    takes_radii: ClassVar[bool] = False

    def build(self, ensemble: "Trainees") -> "Treatment":
        """The treatment for the members of `ensemble`."""
        from workflow_scripts.learning.ensemble.gradients.orthogonal import Orthogonal

        return Orthogonal()
