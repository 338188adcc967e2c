"""The settings of gated recurrent units. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network
    from workflow_scripts.learning.networks.sequence_shape import SequenceShape


class GruSettings(Settings):
    """A layer of gated recurrent units and a linear layer that reads it."""

    kind: Literal["gru"]
    """A state that a gate keeps or replaces."""
    hidden: PositiveInt
    """Number of units h."""
    longest: Annotated[int, Field(gt=2)] | None = None
    """Chrono initialisation for memories of up to so many places; null for none."""
    window: PositiveInt | None = None
    """Places through which gradients flow back; null for all."""

    def build(self, shape: "SequenceShape") -> "Network":
        """The network of these settings for sequences of `shape`."""
        from workflow_scripts.learning.networks.gru import Gru

        return Gru(shape, self.hidden, self.longest, self.window)
