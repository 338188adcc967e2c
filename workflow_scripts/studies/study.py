"""The description of a study for the rest of the workflow: the value that is registered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.fast_yaml import read_yaml
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.memory import JobMemory
from workflow_scripts.learning.work import JobWork
from workflow_scripts.studies.demand import Demand
from workflow_scripts.studies.files import StudyFiles


@dataclass(frozen=True)
class Tables:
    """The tables that a common rule writes or reads, and the settings it reads.

    `cfg` lists dotted keys of the whole configuration, such as `lottery.main`.
    """

    names: tuple[str, ...]
    cfg: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """A study: its settings, its files, and the inputs of the rules common to all studies.

    The name is also that of its folder, its rules and its configuration file.
    """

    name: str
    settings: type[Settings]
    files: Callable[..., StudyFiles]
    """Called with the settings, the folder of results, that of data, and the files of `uses`."""
    tables: Tables
    """The tables gathered from the measurements of all seeds."""
    claims: Tables
    """The tables and settings that the claims read; the scale is always among the settings."""
    figures: Tables
    """The tables and settings that the figures read."""
    work: Mapping[str, JobWork] = field(default_factory=dict)
    """For each step its amount of computation, if it is not that of training one network."""
    footprint: Mapping[str, JobMemory] = field(default_factory=dict)
    """For each step the most memory it needs, if it is not that of training one network a seed."""
    uses: tuple["Study", ...] = ()
    """Studies whose files are inputs of this one."""
    check: Callable[..., None] | None = None
    """Raises ValueError if the settings do not fit those of `uses`, passed as arguments."""
    faults: Callable[[Any], Iterable[str]] = lambda settings: ()
    """What cannot be in settings that are valid one by one: lines that begin with a key of theirs.

    Checks here, unlike those in the settings classes, are part of no job's code key.
    """
    demands: Callable[[Any], Iterable[Demand]] = lambda settings: ()
    """What the settings ask of data sets, if not by a `Sample`."""

    @property
    def page(self) -> str:
        """The text of its part of the report: a path within the package."""
        return f"studies/{self.name}/page.yaml"

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """The content of `page`; the report validates it and fills it in."""
        path = Path(__file__).parents[1] / self.page
        try:
            return read_yaml(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UserError(f"{path} is missing: every study has one") from error
        except yaml.YAMLError as error:
            raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error

    @property
    def title(self) -> str:
        """Its title in its page, in the report of Snakemake and in the messages of its jobs."""
        return self._said("title")

    @property
    def drawings(self) -> list[str]:
        """The names of the figures that its page shows."""
        return [figure["file"] for figure in self._said("figures")]

    @property
    def decided(self) -> list[str]:
        """The ids of its claims that are decided, as on its page."""
        return [claim["claim"] for claim in self._said("claims")]

    @property
    def published(self) -> list[dict[str, Any]]:
        """The published numbers that are of the same quantity as a part of one of its claims."""
        return [
            {
                "claim": each["claim"],
                "part": each.get("part", ""),
                "values": [each[key] for key in ("value", "low", "high") if key in each],
            }
            for each in self.words.get("published") or ()
            if each.get("same")
        ]

    def files_in(
        self, settings: Mapping[str, Settings], results: str, data_folder: str
    ) -> StudyFiles:
        """Its files below `results`, given the settings of all studies."""
        used = [other.files_in(settings, results, data_folder) for other in self.uses]
        return self.files(settings[self.name], f"{results}/{self.name}", data_folder, *used)

    def check_in(self, settings: Mapping[str, Settings]) -> None:
        """ValueError if its settings do not fit those of the studies it uses."""
        if self.check is not None:
            self.check(settings[self.name], *(settings[other.name] for other in self.uses))

    def _said(self, key: str) -> Any:
        if not isinstance(self.words, Mapping) or key not in self.words:
            raise UserError(f"workflow_scripts/{self.page}, {key}: is missing")
        return self.words[key]
