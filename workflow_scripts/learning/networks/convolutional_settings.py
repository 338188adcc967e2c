"""The settings of a plain convolutional network. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class ConvolutionalSettings(Settings):
    """A plain convolutional network without normalisation or shortcuts."""

    kind: Literal["convolutional"]
    """Repeated 3 × 3 convolution, ReLU and 2 × 2 max pooling, then one linear layer."""
    input: tuple[PositiveInt, PositiveInt, PositiveInt]
    """Channels, height and width of an example, the latter two in pixels."""
    channels: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    """Number of output channels of each convolution."""
    classes: PositiveInt
    """Number of classes."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.convolutional import Convolutional

        return Convolutional(self.input, list(self.channels), self.classes)
