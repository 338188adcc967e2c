"""A loss that is computed in double precision. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.cross_entropy_settings import CrossEntropySettings
from workflow_scripts.learning.ensemble.stablemax_settings import StablemaxSettings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Loss


class Float64Settings(Settings):
    """Another loss, computed in float64 from the outputs of the network."""

    kind: Literal["float64"]
    """Probabilities round to zero below 1e-300 instead of 1e-38, and to one above 1 − 1e-16."""
    of: Annotated[CrossEntropySettings | StablemaxSettings, Field(discriminator="kind")]
    """The loss."""

    def build(self) -> "Loss":
        """The loss as a function of logits and classes."""
        from workflow_scripts.learning.ensemble.float64 import in_float64

        return in_float64(self.of.build())
