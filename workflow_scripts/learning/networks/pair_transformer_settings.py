"""The settings of a transformer on pairs of symbols. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from pydantic import PositiveInt, model_validator

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network


class PairTransformerSettings(Settings):
    """A transformer of one layer that reads `a b =` and answers at `=` (Nanda et al. 2023)."""

    kind: Literal["pair-transformer"]
    """Attention and a ReLU layer on a residual stream; no layer normalisation."""
    embedding: PositiveInt
    """Number of dimensions of the residual stream."""
    heads: PositiveInt
    """Number of attention heads; each takes an equal share of these dimensions."""
    hidden: PositiveInt
    """Number of hidden units of the ReLU layer."""

    @model_validator(mode="after")
    def _consistent(self) -> "PairTransformerSettings":
        if self.embedding % self.heads:
            raise ValueError(f"embedding must be a multiple of heads, {self.heads}")
        return self

    def build(self, symbols: int) -> "Network":
        """The network of these settings for `symbols` symbols."""
        from workflow_scripts.learning.networks.pair_transformer import PairTransformer

        return PairTransformer(symbols, self.embedding, self.heads, self.hidden)
