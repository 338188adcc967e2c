"""The inputs and outputs of the rules of the study: its DAG in one place."""

from collections.abc import Callable
from typing import Any

from workflow_scripts.learning.width_groups import group_of
from workflow_scripts.studies.double_descent.settings import DoubleDescent
from workflow_scripts.studies.files import StudyFiles


class DoubleDescentFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules."""

    settings: DoubleDescent

    def data(self, part: str) -> Callable[[Any], str]:
        """An input function: the manifest of the data files of a part, such as `features`."""
        dataset = getattr(self.settings, part).sample.dataset

        def listed(wildcards: Any) -> str:
            return self.manifest(dataset)

        return listed

    def gathered(self) -> dict[str, list[str]]:
        """The tables of all regressions, and the histories of all networks."""
        tables = {part: self.tables(part) for part in ("features", "sizes", "two_scales")}
        return {**tables, "networks": self.networks(), "epochs": self.epochs()}

    def tables(self, part: str) -> list[str]:
        """The tables that a part writes, one per batch of seeds."""
        return [f"{self._batch(part, seeds)}.csv" for seeds in self.settings.regression_seeds]

    def networks(self) -> list[str]:
        """The histories of all widths."""
        return [f"{folder}/history.safetensors" for folder in self._groups()]

    def epochs(self) -> list[str]:
        """The histories of the long trainings."""
        return [f"{folder}/history.safetensors" for folder in self._noises()]

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        return [f"{folder}/trained.safetensors" for folder in [*self._groups(), *self._noises()]]

    def _batch(self, part: str, seeds: str) -> str:
        return f"{self.folder}/checkpoints/{part}/seeds-{seeds}"

    def _groups(self) -> list[str]:
        return [
            f"{self._batch('networks', seeds)}/widths-{group_of(group)}"
            for seeds in self.settings.seeds
            for group in self.settings.networks.groups
        ]

    def _noises(self) -> list[str]:
        return [
            f"{self._batch('epochs', seeds)}/noise-{noise}"
            for seeds in self.settings.seeds
            for noise in self.settings.epochs.noise
        ]
