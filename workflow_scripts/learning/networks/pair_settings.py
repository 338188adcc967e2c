"""Architectures that map a pair of symbols to a symbol, as configuration names them.

Apart from the others, so that those who train on images do not depend on these. Imports torch only
when a network is built.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network

Size = Annotated[int, Field(gt=0)]


class PairMlpSettings(Settings):
    """A multilayer perceptron on the embeddings of two symbols, side by side."""

    kind: Literal["pair-mlp"]
    """One shared embedding, one hidden ReLU layer, one linear layer."""
    embedding: Size
    """Dimensions of the embedding."""
    hidden: Size
    """Hidden units."""

    def build(self, symbols: int) -> "Network":
        """The network of these settings for `symbols` symbols."""
        from workflow_scripts.learning.networks.pair_mlp import PairMlp

        return PairMlp(symbols, self.embedding, self.hidden)


class PairTransformerSettings(Settings):
    """A transformer of one layer that reads `a b =` and answers at `=` (Nanda et al. 2023)."""

    kind: Literal["pair-transformer"]
    """Attention and a ReLU layer, each beside a residual stream; no layer normalisation."""
    embedding: Size
    """Dimensions of the residual stream."""
    heads: Size
    """Attention heads, which share these dimensions evenly."""
    hidden: Size
    """Hidden units."""

    @model_validator(mode="after")
    def _consistent(self) -> "PairTransformerSettings":
        if self.embedding % self.heads:
            raise ValueError(f"embedding must be a multiple of heads, {self.heads}")
        return self

    def build(self, symbols: int) -> "Network":
        """The network of these settings for `symbols` symbols."""
        from workflow_scripts.learning.networks.pair_transformer import PairTransformer

        return PairTransformer(symbols, self.embedding, self.heads, self.hidden)


PairArchitecture = Annotated[PairMlpSettings | PairTransformerSettings, Field(discriminator="kind")]


def pair_network(cfg: Any, symbols: int) -> "Network":
    """Build the network that `cfg`, as plain builtins, describes."""
    return TypeAdapter(PairArchitecture).validate_python(cfg).build(symbols)
