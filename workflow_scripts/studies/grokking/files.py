"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.core.seeds import longer
from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.grokking.settings import Grokking


class GrokkingFiles(StudyFiles):
    """Paths under the results of the study; its tables are computed, only its images are data."""

    settings: Grokking

    def of_condition(self, name: str) -> tuple[str, ...]:
        """The batches of seeds of a condition: the longest list of the claims that read it."""
        cfg = self.settings
        if name == cfg.random:  # the control of claims of all lists
            return longer(longer(cfg.seeds, cfg.compared_seeds), cfg.task_seeds)
        if name == cfg.main:
            return longer(cfg.seeds, cfg.compared_seeds)
        return cfg.task_seeds if name in cfg.tasks else cfg.compared_seeds

    def batches(self) -> list[str]:
        """The folders of the networks of each condition and batch of seeds."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name in self.settings.conditions
            for seeds in self.of_condition(name)
        ]

    def images(self) -> list[str]:
        """The folders of the networks on images of each batch of seeds."""
        return [f"{self.folder}/checkpoints/seeds-{seeds}/images" for seeds in self.settings.seeds]

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the images."""
        return self.manifest(self.settings.images.sample.dataset)

    def gathered(self) -> dict[str, list[str]]:
        """The measurements of all trainings."""
        return {
            "histories": [f"{batch}/history.safetensors" for batch in self.batches()],
            "images": [f"{batch}/history.safetensors" for batch in self.images()],
        }

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{batch}/trained.safetensors" for batch in [*self.batches(), *self.images()]]
