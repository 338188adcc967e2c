"""The base of a study's `files.py`: where its files lie, and which of them others need to know."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow_scripts.learning.data.manifest import manifest


class StudyFiles(ABC):
    """Paths under a study's results; a study adds the input functions of its rules.

    `settings` are the study's, `folder` is where its results lie, `data_folder` where data sets
    lie. An input function takes a job's wildcards, as Snakemake wants it.
    """

    def __init__(self, settings: Any, folder: str, data_folder: str) -> None:
        self.settings = settings
        self.folder = folder
        self.data_folder = data_folder

    @abstractmethod
    def gathered(self) -> Mapping[str, str | list[str]]:
        """The inputs from which the study's tables are gathered, by name."""

    @abstractmethod
    def checkpoints(self) -> list[str]:
        """What all else is made from: with the report, what a whole run leaves behind.

        Trained weights, or what dynamics ended in.
        """

    def manifest(self, dataset: str) -> str:
        """What stands for the files of a data set."""
        return str(manifest(dataset, Path(self.data_folder)))
