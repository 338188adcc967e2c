"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.focal.settings import Focal

MEASURED = (
    "precision",
    "reliability",
    "calibration",
    "cumulative",
    "found",
    "pictures",
    "identities",
)
"""Tables that are written for each batch of seeds."""


class FocalFiles(StudyFiles):
    """Paths under the results of the study, and the input functions of its rules."""

    settings: Focal

    def data(self, wildcards: Any) -> str:
        """The manifest of the images from which scenes are made."""
        return self.manifest(self.settings.scenes.dataset)

    def gathered(self) -> dict[str, list[str]]:
        """The shares measured in training, and the parts of each table."""
        batches = self._batches()
        return {"histories": [f"{batch}/history.safetensors" for batch in batches]} | {
            table: [f"{batch}/{table}.csv" for batch in batches] for table in MEASURED
        }

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{batch}/trained.safetensors" for batch in self._batches()]

    def _batches(self) -> list[str]:
        return [f"{self.folder}/checkpoints/seeds-{seeds}" for seeds in self.settings.seeds]
