"""Which files the rules of the study make of which: its DAG in one place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.studies.double_descent.groups import group_of
from workflow_scripts.studies.double_descent.settings import DoubleDescent


class DoubleDescentFiles:
    """Paths under the study's results, and the input functions of its rules."""

    def __init__(self, settings: DoubleDescent, folder: str, data_folder: str) -> None:
        self.settings = settings
        self.folder = folder
        self.data_folder = data_folder

    def data(self, part: str) -> Callable[[Any], str]:
        """An input function: what stands for the data files of a part, such as `features`."""
        dataset = getattr(self.settings, part).sample.dataset

        def listed(wildcards: Any) -> str:
            return str(manifest(dataset, Path(self.data_folder)))

        return listed

    def tables(self, part: str) -> list[str]:
        """The tables that a part writes, one a batch of seeds."""
        return [f"{self._batch(part, seeds)}.csv" for seeds in self.settings.seeds]

    def networks(self, wildcards: Any) -> list[str]:
        """The histories of all widths."""
        return [f"{folder}/history.safetensors" for folder in self._groups()]

    def epochs(self, wildcards: Any) -> list[str]:
        """The histories of the long trainings."""
        return [f"{folder}/history.safetensors" for folder in self._noises()]

    def checkpoints(self) -> list[str]:
        """All trained weights: with the report, what a whole run leaves behind."""
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
