"""What a study tells the rest of the workflow about itself: the one value that is registered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.work import JobWork
from workflow_scripts.studies.files import StudyFiles


@dataclass(frozen=True)
class Tables:
    """The tables that one of the common rules writes or reads, and the settings that it reads.

    `cfg` are dotted keys of the whole configuration, such as `lottery.main`.
    """

    names: tuple[str, ...]
    cfg: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """A study: its settings, its files, and what the rules that all studies have in common read.

    Its name is that of its folder, its rules and its configuration file.
    """

    name: str
    settings: type[Settings]
    files: Callable[..., StudyFiles]
    """From the settings, the results' folder, the data's folder and the files of `uses`."""
    tables: Tables
    """What is gathered from the measurements of all seeds."""
    claims: Tables
    """What the claims read; the scale is always among the settings."""
    figures: Tables
    """What the figures read."""
    work: Mapping[str, JobWork] = field(default_factory=dict)
    """Step: how much there is to compute, where that is more than training one network."""
    uses: tuple["Study", ...] = ()
    """Studies whose files are inputs of this one."""
    check: Callable[..., None] | None = None
    """ValueError where the settings do not fit those of `uses`, which follow as arguments."""

    @property
    def page(self) -> str:
        """The words of its part of the report: a path inside the package."""
        return f"studies/{self.name}/page.yaml"

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """What stands in `page`; the report checks and fills it."""
        path = Path(__file__).parents[1] / self.page
        try:
            return yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UserError(f"{path} is missing: every study has one") from error
        except yaml.YAMLError as error:
            raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error

    @property
    def title(self) -> str:
        """What it is called: in its page, in Snakemake's report, in the messages of its jobs."""
        return self._said("title")

    @property
    def drawings(self) -> list[str]:
        """The names of the figures that its page shows."""
        return [figure["file"] for figure in self._said("figures")]

    def files_in(
        self, settings: Mapping[str, Settings], results: str, data_folder: str
    ) -> StudyFiles:
        """Its files below `results`, by the settings of all studies."""
        used = [other.files_in(settings, results, data_folder) for other in self.uses]
        return self.files(settings[self.name], f"{results}/{self.name}", data_folder, *used)

    def check_in(self, settings: Mapping[str, Settings]) -> None:
        """ValueError where its settings do not fit those of the studies that it uses."""
        if self.check is not None:
            self.check(settings[self.name], *(settings[other.name] for other in self.uses))

    def _said(self, key: str) -> Any:
        if not isinstance(self.words, Mapping) or key not in self.words:
            raise UserError(f"workflow_scripts/{self.page}, {key}: is missing")
        return self.words[key]
