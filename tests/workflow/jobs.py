"""What an example says of a study's jobs: which there are, and which an edit makes run again."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import EVERYTHING

Jobs = Mapping[str, int]
"""Rule: number of jobs."""

PAGES = {"page": 1, "paper": 1}
"""What shows the results, and says nothing of its own."""
REPORT = {"provenance": 1, **PAGES}
LEDGER = {"ledger": 1, **REPORT}
"""What tells of the run as a whole."""


def gathering(study: str) -> dict[str, int]:
    """What a new measurement makes run: its tables, the claims decided anew and drawn anew."""
    return {f"{study}_{step}": 1 for step in ("tables", "claims", "figures")} | LEDGER


@dataclass(frozen=True)
class Edit:
    """A change of a file, and all jobs that it makes run."""

    path: str
    edit: Callable[[str], str]
    jobs: Jobs


def code(module: str, jobs: Jobs) -> Edit:
    """Other code in every function and class of a module of the package."""
    return Edit(f"workflow_scripts/{module}", with_changed_definitions, jobs)


@dataclass(frozen=True)
class Setting:
    """Other settings on the command line, and all jobs that they make run."""

    config: str
    jobs: Jobs
    says: str = ""
    """Part of what one of these jobs says of itself."""


@dataclass(frozen=True)
class MoreSeeds:
    """Another batch of seeds: it runs as the first did, and no job of the first runs again."""

    config: str
    jobs: Jobs
    batches: frozenset[str]
    """The batches that these jobs are about, such as `2-3`."""
    about_seeds: int
    """How many of these jobs are about a batch; the others gather."""


@dataclass(frozen=True)
class JobsExample:
    """One study, run alone at the smoke scale."""

    everything: Jobs
    """All its jobs, those of other studies' rules and of data sets included."""
    edits: Sequence[Edit]
    settings: Sequence[Setting]
    more_seeds: MoreSeeds
    configfile: str = EVERYTHING
    """The settings of the run that it is looked for in."""


def example_of(study: str) -> JobsExample:
    """What tests/studies/STUDY/jobs_example.py says."""
    return importlib.import_module(f"tests.studies.{study}.jobs_example").EXAMPLE
