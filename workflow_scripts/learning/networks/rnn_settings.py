"""The settings of a plain recurrent network. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network
    from workflow_scripts.learning.networks.sequence_shape import SequenceShape

Activation = Literal["tanh", "relu", "linear"]
Start = Literal["uniform", "orthogonal", "identity", "radius"]


class RnnSettings(Settings):
    """A plain recurrent layer and a linear layer that reads it."""

    kind: Literal["rnn"]
    """The state is a function of a linear map of itself and the input."""
    hidden: PositiveInt
    """Number of units h."""
    activation: Activation = "tanh"
    """The function of each unit; `linear` for none."""
    start: Start = "uniform"
    """Initial recurrence: uniform between ± 1/√h as in torch, a random orthogonal matrix, the
    identity, or a uniform one divided by its spectral radius."""
    scale: float = Field(default=1.0, gt=0)
    """Factor of that matrix; with `radius` its spectral radius, with `orthogonal` that too."""
    window: PositiveInt | None = None
    """Places through which gradients flow back; null for all."""

    def build(self, shape: "SequenceShape") -> "Network":
        """The network of these settings for sequences of `shape`."""
        from workflow_scripts.learning.networks.rnn import Rnn

        return Rnn(shape, self.hidden, self.activation, self.start, self.scale, self.window)
