"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.distillation.settings import Distillation
from workflow_scripts.studies.files import StudyFiles

TABLES = ("students", "omitted", "agreements", "identities", "pictures", "speech")


class DistillationFiles(StudyFiles):
    """Paths under the results of the study, and the input functions of its rules."""

    settings: Distillation

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the images."""
        return self.manifest(self.settings.sample.dataset)

    def students(self, wildcards: Any) -> list[str]:
        """The students of all lessons of a batch of seeds, in the order of the lessons."""
        return self._lessons(wildcards.seeds)

    def gathered(self) -> dict[str, list[str]]:
        """All parts of each table."""
        batches = self.settings.seeds
        return {name: [f"{self._batch(seeds)}/{name}.csv" for seeds in batches] for name in TABLES}

    def checkpoints(self) -> list[str]:
        """Teachers, their soft targets, and students."""
        return [
            path
            for seeds in self.settings.seeds
            for path in (
                f"{self._batch(seeds)}/teachers.safetensors",
                f"{self._batch(seeds)}/targets.safetensors",
                *self._lessons(seeds),
            )
        ]

    def _batch(self, seeds: str) -> str:
        return f"{self.folder}/checkpoints/seeds-{seeds}"

    def _lessons(self, seeds: str) -> list[str]:
        return [f"{self._batch(seeds)}/{name}.safetensors" for name in self.settings.lessons]
