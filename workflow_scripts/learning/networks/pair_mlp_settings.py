"""The settings of a perceptron on pairs of symbols. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from pydantic import PositiveInt

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class PairMlpSettings(Settings):
    """A multilayer perceptron on the concatenated embeddings of two symbols."""

    kind: Literal["pair-mlp"]
    """One shared embedding, one hidden ReLU layer, one linear layer."""
    embedding: PositiveInt
    """Number of dimensions of the embedding of a symbol."""
    hidden: PositiveInt
    """Number of hidden units."""

    def build(self, symbols: int) -> "Network":
        """The network of these settings for `symbols` symbols."""
        from workflow_scripts.learning.networks.pair_mlp import PairMlp

        return PairMlp(symbols, self.embedding, self.hidden)
