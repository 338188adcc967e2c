"""The inputs and outputs of the rules of the study: its DAG in one place."""

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.grokking.settings import Grokking


class GrokkingFiles(StudyFiles):
    """Paths under the results of the study, which needs no data: its tables are computed."""

    settings: Grokking

    def batches(self) -> list[str]:
        """The folders of the networks of each condition and batch of seeds."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name, condition in self.settings.conditions.items()
            for seeds in condition.seeds
        ]

    def gathered(self) -> dict[str, list[str]]:
        """The measurements of all trainings."""
        return {"histories": [f"{batch}/history.safetensors" for batch in self.batches()]}

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{batch}/trained.safetensors" for batch in self.batches()]
