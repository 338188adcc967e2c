"""The architectures that the configuration can name; the settings of each have their own file.

To add one, write a file with its settings and one with its `Network`; name it in `Architecture`.
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
