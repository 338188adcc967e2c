"""The inputs and outputs of the rules of the study: its DAG in one place."""

from collections.abc import Callable
from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.sharpness.settings import Sharpness


class SharpnessFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules."""

    settings: Sharpness

    def arm(self, arm: str, seeds: str) -> str:
        """The folder of the networks of an arm and a batch of seeds."""
        return f"{self.folder}/checkpoints/{arm}/seeds-{seeds}"

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the task of an arm."""
        return self._data(wildcards.arm)

    def task(self, arm: str) -> str:
        """The task of an arm."""
        return self.settings.arms[arm].task

    def keys(self, *arms: str) -> list[str]:
        """The keys of the settings of arms and of their tasks."""
        tasks = sorted({self.task(arm) for arm in arms})
        return [f"sharpness.arms.{arm}" for arm in arms] + [f"sharpness.tasks.{t}" for t in tasks]

    def target(self, arm: str) -> Callable[[Any], str]:
        """The networks at the common loss of an arm, of one batch of seeds."""
        return lambda wildcards: f"{self.arm(arm, wildcards.seeds)}/target.safetensors"

    def targets(self, *arms: str) -> Callable[[Any], list[str]]:
        """The networks at the common loss of these arms, of one batch of seeds."""
        return lambda wildcards: [self.target(arm)(wildcards) for arm in arms]

    def manifests(self, *arms: str) -> list[str]:
        """The manifests of the data files of these arms."""
        return sorted({self._data(arm) for arm in arms})

    def gathered(self) -> dict[str, list[str]]:
        """The measurements of all minima, and the learning curves."""
        return {
            "curves": self._of_all("history.safetensors"),
            "minima": self._of_all("minima.csv"),
            **{name: self._of_batches(name) for name in ("line", "plane", "rescaling")},
        }

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return self._of_all("target.safetensors") + self._of_all("end.safetensors")

    def _of_batch(self, name: str, seeds: str) -> list[str]:
        return [f"{self.arm(arm, seeds)}/{name}" for arm in self.settings.arms]

    def _of_batches(self, name: str) -> list[str]:
        return [f"{self.folder}/checkpoints/seeds-{s}/{name}.csv" for s in self.settings.seeds]

    def _of_all(self, name: str) -> list[str]:
        return [path for seeds in self.settings.seeds for path in self._of_batch(name, seeds)]

    def _data(self, arm: str) -> str:
        return self.manifest(self.settings.tasks[self.task(arm)].sample.dataset)
