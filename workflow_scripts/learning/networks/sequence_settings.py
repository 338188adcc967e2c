"""The architectures that read sequences, as the configuration names them.

The settings of each have their own file.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, TypeAdapter

from workflow_scripts.learning.networks.attention_settings import AttentionSettings
from workflow_scripts.learning.networks.gru_settings import GruSettings
from workflow_scripts.learning.networks.lstm_settings import LstmSettings
from workflow_scripts.learning.networks.rnn_settings import RnnSettings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network
    from workflow_scripts.learning.networks.sequence_shape import SequenceShape

SequenceArchitecture = Annotated[
    RnnSettings | LstmSettings | GruSettings | AttentionSettings, Field(discriminator="kind")
]


def sequence_network(cfg: Any, shape: "SequenceShape") -> "Network":
    """Build the network that `cfg`, as plain builtins, describes for sequences of `shape`."""
    return TypeAdapter(SequenceArchitecture).validate_python(cfg).build(shape)
