"""The loss with a stable softmax. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Loss


class StablemaxSettings(Settings):
    """Cross-entropy of StableMax, the stable softmax of Prieto et al. 2025."""

    kind: Literal["stablemax"]
    """Gradients do not round to zero for examples with a large margin."""

    def build(self) -> "Loss":
        """The loss as a function of logits and classes."""
        from workflow_scripts.learning.ensemble.stablemax import stablemax_cross_entropy

        return stablemax_cross_entropy
