"""Which files the rules of the study make of which: its DAG in one place."""

from workflow_scripts.studies.grokking.settings import Grokking


class GrokkingFiles:
    """Paths under the study's results."""

    def __init__(self, settings: Grokking, folder: str) -> None:
        self.settings = settings
        self.folder = folder

    def batches(self) -> list[str]:
        """Where the networks of each condition and batch of seeds lie."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name, condition in self.settings.conditions.items()
            for seeds in condition.seeds
        ]

    def histories(self) -> list[str]:
        """What was measured during all trainings."""
        return [f"{batch}/history.safetensors" for batch in self.batches()]

    def checkpoints(self) -> list[str]:
        """All trained weights: with the report, what a whole run leaves behind."""
        return [f"{batch}/trained.safetensors" for batch in self.batches()]
