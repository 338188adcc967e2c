"""The losses that configuration can name; each has its settings in a file of its own."""

from typing import Annotated

from pydantic import Field

from workflow_scripts.learning.ensemble.cross_entropy_settings import CrossEntropySettings
from workflow_scripts.learning.ensemble.stablemax_settings import StablemaxSettings

LossKind = Annotated[CrossEntropySettings | StablemaxSettings, Field(discriminator="kind")]
