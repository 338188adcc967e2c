"""The settings of one layer of attention. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network
    from workflow_scripts.learning.networks.sequence_shape import SequenceShape


class AttentionSettings(Settings):
    """One layer of attention with a single head and a linear layer that reads it."""

    kind: Literal["attention"]
    """Each place asks all places up to it."""
    width: PositiveInt
    """Number of dimensions of embeddings, queries, keys and values."""
    positions: bool = True
    """Whether embeddings are told their places."""
    scale: float = Field(default=1.0, gt=0)
    """Factor of initial queries and keys; the smaller, the more evenly all places are seen."""

    def build(self, shape: "SequenceShape") -> "Network":
        """The network of these settings for sequences of `shape`."""
        from workflow_scripts.learning.networks.attention import Attention

        return Attention(shape, self.width, self.positions, self.scale)
