"""The architectures that configuration can name. Imports torch only when a network is built."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network

Size = Annotated[int, Field(gt=0)]


class MlpSettings(Settings):
    """A multilayer perceptron."""

    kind: Literal["mlp"]
    """Fully connected, ReLU."""
    sizes: Annotated[tuple[Size, ...], Field(min_length=2)]
    """Units of each layer, input and output included."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.mlp import Mlp

        return Mlp(list(self.sizes))


class ConvolutionalSettings(Settings):
    """A plain convolutional network: convolution, ReLU, pooling by two; then fully connected."""

    kind: Literal["convolutional"]
    """Convolution 3 × 3, ReLU, 2 × 2 max pooling, repeated; then one linear layer."""
    input: tuple[Size, Size, Size]
    """Channels, height and width of an example."""
    channels: Annotated[tuple[Size, ...], Field(min_length=1)]
    """Output channels of each convolution."""
    classes: Size
    """Number of classes."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.convolutional import Convolutional

        return Convolutional(self.input, list(self.channels), self.classes)


class ResidualSettings(Settings):
    """A residual network with batch normalisation (He et al. 2016), in one or two dimensions."""

    kind: Literal["residual"]
    """Stem, then stages of basic blocks, global average pooling, one linear layer."""
    input: Annotated[tuple[Size, ...], Field(min_length=2, max_length=3)]
    """Channels and extents of an example: (C, L) or (C, H, W)."""
    channels: Annotated[tuple[Size, ...], Field(min_length=1)]
    """Channels of each stage; every stage but the first halves the extents."""
    blocks: Size
    """Basic blocks of two convolutions in each stage."""
    classes: Size
    """Number of classes."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.residual import Residual

        return Residual(self.input, list(self.channels), self.blocks, self.classes)


Architecture = Annotated[
    MlpSettings | ConvolutionalSettings | ResidualSettings, Field(discriminator="kind")
]


def network(cfg: Any) -> "Network":
    """Build the network that `cfg`, as plain builtins, describes."""
    return TypeAdapter(Architecture).validate_python(cfg).build()
