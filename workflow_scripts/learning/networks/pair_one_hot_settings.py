"""The settings of a perceptron on one-hot pairs. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class PairOneHotSettings(Settings):
    """A multilayer perceptron without biases on two symbols, each as a one-hot vector."""

    kind: Literal["pair-one-hot"]
    """ReLU layers on both one-hot vectors side by side, and a linear layer."""
    hidden: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    """Number of units of each hidden layer, from the input to the output."""

    def build(self, symbols: int) -> "Network":
        """The network of these settings for `symbols` symbols."""
        from workflow_scripts.learning.networks.pair_one_hot import PairOneHot

        return PairOneHot(symbols, self.hidden)
