"""The losses that the configuration can name; the settings of each have their own file."""

from typing import Annotated

from pydantic import Field

from workflow_scripts.learning.ensemble.cross_entropy_settings import CrossEntropySettings
from workflow_scripts.learning.ensemble.float64_settings import Float64Settings
from workflow_scripts.learning.ensemble.stablemax_settings import StablemaxSettings

LossKind = Annotated[
    CrossEntropySettings | StablemaxSettings | Float64Settings, Field(discriminator="kind")
]
