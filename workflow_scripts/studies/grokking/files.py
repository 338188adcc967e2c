"""Which files the rules of the study make of which: its DAG in one place."""

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.grokking.settings import Grokking


class GrokkingFiles(StudyFiles):
    """Paths under the study's results. It needs no data: its tables are computed."""

    settings: Grokking

    def batches(self) -> list[str]:
        """Where the networks of each condition and batch of seeds lie."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name, condition in self.settings.conditions.items()
            for seeds in condition.seeds
        ]

    def gathered(self) -> dict[str, list[str]]:
        """What was measured during all trainings."""
        return {"histories": [f"{batch}/history.safetensors" for batch in self.batches()]}

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{batch}/trained.safetensors" for batch in self.batches()]
