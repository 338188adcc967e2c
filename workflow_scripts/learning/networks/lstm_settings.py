"""The settings of a long short-term memory. Imports torch only when the network is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network
    from workflow_scripts.learning.networks.sequence_shape import SequenceShape


class LstmSettings(Settings):
    """A layer of long short-term memory and a linear layer that reads it."""

    kind: Literal["lstm"]
    """A cell that is kept, written and read through gates."""
    hidden: PositiveInt
    """Number of units h."""
    forget_bias: float | None = None
    """Initial bias of the forget gates; null to draw it like the others."""
    longest: Annotated[int, Field(gt=2)] | None = None
    """Chrono initialisation for memories of up to so many places; null for none."""
    window: PositiveInt | None = None
    """Places through which gradients flow back; null for all."""

    @model_validator(mode="after")
    def _consistent(self) -> "LstmSettings":
        if self.forget_bias is not None and self.longest is not None:
            raise ValueError("forget_bias and longest both set the forget gates: give one of them")
        return self

    def build(self, shape: "SequenceShape") -> "Network":
        """The network of these settings for sequences of `shape`."""
        from workflow_scripts.learning.networks.lstm import Lstm

        return Lstm(shape, self.hidden, self.forget_bias, self.longest, self.window)
