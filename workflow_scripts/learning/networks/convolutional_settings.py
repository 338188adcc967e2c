"""The settings of a plain convolutional network. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class ConvolutionalSettings(Settings):
    """A plain convolutional network: convolution, ReLU, pooling by two; then fully connected."""

    kind: Literal["convolutional"]
    """Convolution 3 × 3, ReLU, 2 × 2 max pooling, repeated; then one linear layer."""
    input: tuple[PositiveInt, PositiveInt, PositiveInt]
    """Channels, height and width of an example."""
    channels: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    """Output channels of each convolution."""
    classes: PositiveInt
    """Number of classes."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.convolutional import Convolutional

        return Convolutional(self.input, list(self.channels), self.classes)
