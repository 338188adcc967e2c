"""The settings of a multilayer perceptron. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class MlpSettings(Settings):
    """A multilayer perceptron."""

    kind: Literal["mlp"]
    """Fully connected layers with ReLU between them."""
    sizes: Annotated[tuple[PositiveInt, ...], Field(min_length=2)]
    """Number of units of each layer, input and output included."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.mlp import Mlp

        return Mlp(list(self.sizes))
