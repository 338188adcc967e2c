"""Files of results that are named on the command line exist in the configuration, or are refused.

Rules have wildcards, so a path that the settings have no use for may still be one that some rule
can write: a level beyond the last, a step of another chain. Snakemake would run it, or fail late.
"""

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.snakemake_api import (
    all_outputs,
    before_planning,
    omitted_files,
    target_files,
)

RESULTS = "results"
SHOWN = 12
"""Largest number of names in a message."""


def refuse_unknown_targets(workflow: Any, targets: Iterable[str]) -> None:
    """End Snakemake, before anything runs, if it is to make results that no setting asks for.

    `workflow` is the object of that name in a Snakefile; `targets` are the rules that together ask
    for everything that the settings do.
    """

    def check() -> None:
        # Snakemake itself refuses other targets, but ignores names that it is to leave out.
        results = [file for file in target_files(workflow) if PurePath(file).parts[0] == RESULTS]
        if named := {PurePath(file) for file in (*results, *omitted_files(workflow))}:
            try:
                check_targets(sorted(named), set(map(PurePath, all_outputs(workflow, targets))))
            except UserError as error:
                sys.exit(f"error: {error}")

    before_planning(workflow, check)


def check_targets(named: Iterable[PurePath], made: Collection[PurePath]) -> None:
    """UserError for the first path that is not among those `made`; it says what is in its place."""
    for file in named:
        if file in made:
            continue
        if set(_below(file, made)):
            raise UserError(f"{file} is a folder: name a file in it, or a rule")
        folder, names = _nearest(file, made)
        raise UserError(f"{file} is no file or rule of these settings: {folder} has {names}")


def _nearest(file: PurePath, made: Collection[PurePath]) -> tuple[PurePath, str]:
    """The deepest folder of `file` in which some of those `made` are, and the names in it."""
    for folder in file.parents:
        if names := sorted(set(_below(folder, made))):
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            return folder, ", ".join(names[:SHOWN]) + more
    return PurePath(RESULTS), "nothing"


def _below(folder: PurePath, made: Collection[PurePath]) -> Iterator[str]:
    depth = len(folder.parts)
    for path in made:
        if path.parts[:depth] == folder.parts and len(path.parts) > depth:
            yield path.parts[depth]
