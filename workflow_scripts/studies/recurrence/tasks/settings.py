"""The tasks that the configuration can name; the settings of each have their own file."""

from typing import Annotated

from pydantic import Field

from workflow_scripts.studies.recurrence.tasks.adding_settings import AddingSettings
from workflow_scripts.studies.recurrence.tasks.copying_settings import CopyingSettings
from workflow_scripts.studies.recurrence.tasks.pixels_settings import PixelsSettings
from workflow_scripts.studies.recurrence.tasks.recall_settings import RecallSettings

TaskKind = Annotated[
    RecallSettings | AddingSettings | CopyingSettings | PixelsSettings,
    Field(discriminator="kind"),
]
