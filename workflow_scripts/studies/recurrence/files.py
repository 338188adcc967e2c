"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.recurrence.settings import Recurrence

MEASURED = ("gradients", "memory", "identities")
"""Steps that write one table of their name for each batch of seeds."""


class RecurrenceFiles(StudyFiles):
    """Paths under the results of the study; only its sequential images are data."""

    settings: Recurrence

    def data(self, wildcards: Any) -> list[str]:
        """The manifest of the data files, if the task of a condition has any."""
        dataset = getattr(self.settings.conditions[wildcards.condition].task, "dataset", None)
        return [] if dataset is None else [self.manifest(dataset)]

    def followed(self, wildcards: Any) -> list[str]:
        """The trained networks whose gradients are measured, of one batch of seeds."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{wildcards.seeds}/trained.safetensors"
            for name in self.settings.gradients.trained
        ]

    def batches(self) -> list[str]:
        """The folders of the networks of each condition and batch of seeds."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name in self.settings.conditions
            for seeds in self.settings.seeds
        ]

    def gathered(self) -> dict[str, list[str]]:
        """The measurements of all trainings, and the tables of the other steps."""
        parts = [f"{self.folder}/checkpoints/seeds-{seeds}" for seeds in self.settings.seeds]
        return {"histories": [f"{batch}/history.safetensors" for batch in self.batches()]} | {
            step: [f"{part}/{step}.csv" for part in parts] for step in MEASURED
        }

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{batch}/trained.safetensors" for batch in self.batches()]
