"""The architectures that configuration can name; each has its settings in a file of its own.

A new one is a file with its settings, a file with its `Network`, and its name in `Architecture`.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, TypeAdapter

from workflow_scripts.learning.networks.convolutional_settings import ConvolutionalSettings
from workflow_scripts.learning.networks.mlp_settings import MlpSettings
from workflow_scripts.learning.networks.residual_settings import ResidualSettings

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network

Architecture = Annotated[
    MlpSettings | ConvolutionalSettings | ResidualSettings, Field(discriminator="kind")
]


def network(cfg: Any) -> "Network":
    """Build the network that `cfg`, as plain builtins, describes."""
    return TypeAdapter(Architecture).validate_python(cfg).build()
