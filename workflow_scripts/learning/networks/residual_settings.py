"""The settings of a residual network. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class ResidualSettings(Settings):
    """A residual network with batch normalisation (He et al. 2016), in one or two dimensions."""

    kind: Literal["residual"]
    """Stem, then stages of basic blocks, global average pooling, one linear layer."""
    input: Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=3)]
    """Shape of an example: (channels, length) or (channels, height, width)."""
    channels: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    """Number of channels of each stage; every stage but the first halves length, height, width."""
    blocks: PositiveInt
    """Number of basic blocks (of two convolutions) per stage."""
    classes: PositiveInt
    """Number of classes."""

    def build(self) -> "Network":
        """The network of these settings."""
        from workflow_scripts.learning.networks.residual import Residual

        return Residual(self.input, list(self.channels), self.blocks, self.classes)
