"""The usual loss of a classifier. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Loss


class CrossEntropySettings(Settings):
    """Cross-entropy of the softmax."""

    kind: Literal["cross-entropy"]
    """The mean negative log-likelihood of the correct classes, in nats."""

    def build(self) -> "Loss":
        """The loss as a function of logits and classes."""
        from workflow_scripts.learning.ensemble.losses import cross_entropy

        return cross_entropy
