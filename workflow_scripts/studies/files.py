"""The base class of the files of a study: their paths, and those that other code needs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow_scripts.learning.data.manifest import manifest


class StudyFiles(ABC):
    """Paths under the results of a study; each study adds the input functions of its rules.

    `settings` are those of the study, `folder` contains its results and `data_folder` the data
    sets. An input function takes the wildcards of a job, as Snakemake requires.
    """

    def __init__(self, settings: Any, folder: str, data_folder: str) -> None:
        self.settings = settings
        self.folder = folder
        self.data_folder = data_folder

    @abstractmethod
    def gathered(self) -> Mapping[str, str | list[str]]:
        """The inputs from which the tables of the study are gathered, by name."""

    @abstractmethod
    def checkpoints(self) -> list[str]:
        """The files that, with the report, a complete run keeps, and all else is made from.

        Trained weights, or final states of dynamics.
        """

    def manifest(self, dataset: str) -> str:
        """The manifest of a data set, which represents its files."""
        return str(manifest(dataset, Path(self.data_folder)))
