"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.ntk.settings import Ntk


class NtkFiles(StudyFiles):
    """Paths under the results of the study, and the input functions of its rules."""

    settings: Ntk

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the images."""
        return self.manifest(self.settings.images.sample.dataset)

    def gathered(self) -> dict[str, list[str]]:
        """All parts of each table."""
        alone = ("parity", "features", "images", "identities")
        return {
            "widths": [f"{each}.csv" for each in self._depths()],
            **{table: [f"{batch}/{table}.csv" for batch in self._batches()] for table in alone},
        }

    def checkpoints(self) -> list[str]:
        """Kernels before and after training, and trained weights."""
        kernels = [f"{each}.safetensors" for each in self._depths()]
        trained = [f"{b}/{n}.safetensors" for b in self._batches() for n in ("parity", "images")]
        return kernels + trained

    def _batches(self) -> list[str]:
        return [f"{self.folder}/checkpoints/seeds-{seeds}" for seeds in self.settings.seeds]

    def _depths(self) -> list[str]:
        depths = self.settings.widths.depths
        return [f"{batch}/layers-{each}" for batch in self._batches() for each in depths]
