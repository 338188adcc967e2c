"""Which run a command is about: its scale and the user's own configuration files."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import Configuration

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Run:
    """A run, by what Snakemake was given for it."""

    scale: str | None = None
    """Its scale; None for that of the configuration."""
    files: tuple[Path, ...] = ()
    """The configuration files of the user."""
    root: Path = ROOT
    """The repository."""
    studies: tuple[str, ...] = ()
    """The studies that alone are run; none for those of the configuration."""
    named: str | None = None
    """Its name, if that is none of the files' own."""

    @classmethod
    def of(cls, given: argparse.Namespace, root: Path = ROOT, studies: Sequence[str] = ()) -> "Run":
        """The run of the options that `add_run` adds; UserError if its settings are wrong."""
        run = cls(given.scale, tuple(given.configfile), root, tuple(studies), given.name)
        _ = run.settings
        return run

    @cached_property
    def settings(self) -> Configuration:
        """Its settings."""
        alone = {"studies": list(self.studies)} if self.studies else {}
        named = {"name": self.named} if self.named else {}
        given = ({"scale": self.scale} if self.scale else {}) | named | alone
        return load_configuration(self.root / "config", given, self.files)

    @property
    def name(self) -> str:
        """The folder of its results, below `results`."""
        return self.settings.run

    @property
    def folder(self) -> Path:
        """The whole path of that folder."""
        return self.root / "results" / self.name

    def own_files(self) -> list[str]:
        """The user's configuration files, by their paths in the repository.

        UserError for one that lies outside, where no clone would have it.
        """
        places = [(self.root / file).resolve() for file in self.files]
        root = self.root.resolve()
        for place in places:
            if not place.is_relative_to(root):
                raise UserError(f"{place} lies outside the repository: put it there to version it")
        return [str(place.relative_to(root)) for place in places]

    def arguments(self) -> list[str]:
        """The arguments of Snakemake for this run."""
        files = ["--configfile", *map(str, self.files)] if self.files else []
        config = [f"scale={self.scale}"] if self.scale else []
        config += [f"name={self.named}"] if self.named else []
        config += [f"studies=[{', '.join(self.studies)}]"] if self.studies else []
        return [*files, *(["--config", *config] if config else [])]

    def options(self) -> list[str]:
        """The options of our own commands for this run."""
        files = ["--configfile", *map(str, self.files)] if self.files else []
        named = ["--name", self.named] if self.named else []
        return [*(["--scale", self.scale] if self.scale else []), *named, *files]

    def __str__(self) -> str:
        """What to add to `make …`."""
        files = " ".join(map(str, self.files))
        parts = [
            f"SCALE={self.scale}" if self.scale else "",
            f"CONFIGFILE={files}" if files else "",
            f"SET=name={self.named}" if self.named else "",
        ]
        return " ".join(filter(None, parts)) or f"SCALE={self.settings.scale}"


def add_run(parser: argparse.ArgumentParser) -> None:
    """The options that say which run is meant."""
    parser.add_argument("--scale", help="scale of the run (default: that of the configuration)")
    parser.add_argument("--name", help="name of the run (default: that of the configuration)")
    parser.add_argument(
        "--configfile",
        nargs="*",
        type=Path,
        default=[],
        help="the configuration files that the run was given",
    )
