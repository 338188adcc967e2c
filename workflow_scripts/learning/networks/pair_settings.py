"""The architectures that map a pair of symbols to a symbol, as the configuration names them.

The settings of each have their own file.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, TypeAdapter

from workflow_scripts.learning.networks.pair_mlp_settings import PairMlpSettings
from workflow_scripts.learning.networks.pair_one_hot_settings import PairOneHotSettings
from workflow_scripts.learning.networks.pair_transformer_settings import PairTransformerSettings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network

PairArchitecture = Annotated[
    PairMlpSettings | PairOneHotSettings | PairTransformerSettings, Field(discriminator="kind")
]


def pair_network(cfg: Any, symbols: int) -> "Network":
    """Build the network that `cfg`, as plain builtins, describes."""
    return TypeAdapter(PairArchitecture).validate_python(cfg).build(symbols)
