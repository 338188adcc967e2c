"""Gradients without the component along the weights. Imports torch only when it is built."""

from typing import TYPE_CHECKING, ClassVar, Literal

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.gradients.treatment import Trainees, Treatment


class OrthogonalSettings(Settings):
    """Remove the component of each gradient along the weights, then restore its norm (⊥Grad)."""

    kind: Literal["orthogonal"]
    """Gradients orthogonal to the weights, separately per tensor (Prieto et al. 2025)."""
    takes_radii: ClassVar[bool] = False

    def build(self, ensemble: "Trainees") -> "Treatment":
        """The treatment for the members of `ensemble`."""
        from workflow_scripts.learning.ensemble.gradients.orthogonal import Orthogonal

        return Orthogonal()
