"""The arguments of Snakemake as people write them, and as Snakemake takes them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.operation.configuration.settings import STUDIES

CONFIG = ("--config", "-C")
TARGETS = ("all", "claims", "ledger", "report", *STUDIES)
"""The targets that the README names."""
QUIET = {"-n", "--dry-run", "--dryrun", "--list", "-l", "--list-rules", "--lint", "--summary"}
QUIET |= {"--logger", "--report", "--unlock", "--rulegraph", "--dag", "--filegraph", "--touch"}
"""Options with which a run shows no progress of ours."""
LOGGER = "nice"


def understood(arguments: Sequence[str]) -> list[str]:
    """`arguments` with dotted settings written out.

    `--config a.b.c=1` becomes `--config 'a={"b": {"c": 1}}'`; several of one study are merged.
    UserError for a target after `--config`, which takes settings only, and for a setting without a
    value; it says what to write instead.
    """
    kept: list[str] = []
    settings: dict[str, Any] = {}
    taking = False
    for at, argument in enumerate(arguments):
        if argument in CONFIG:
            taking = True
        elif argument.startswith(tuple(f"{option}=" for option in CONFIG)):
            _set(settings, argument.partition("=")[2])
        elif argument.startswith("-"):
            taking = False
            kept.append(argument)
        elif taking:
            if "=" not in argument:
                raise UserError(_misplaced(argument, arguments, at))
            _set(settings, argument)
        else:
            kept.append(argument)
    if settings:
        kept += ["--config", *(f"{key}={_written(value)}" for key, value in settings.items())]
    return kept


def with_progress(arguments: Sequence[str]) -> list[str]:
    """`arguments` with the logger of this workflow, where they start a run and name none."""
    if any(argument.split("=")[0] in QUIET for argument in arguments):
        return list(arguments)
    return [*arguments, "--logger", LOGGER]


def _set(settings: dict[str, Any], entry: str) -> None:
    key, equals, text = entry.partition("=")
    first, *inside = key.split(".")
    if not equals or not re.fullmatch(r"[A-Za-z_][\w-]*(\.[\w-]+)*", key):
        raise UserError(f"--config {entry}: is no setting: write --config key=value")
    if len(first) < 2:
        raise UserError(f"the command line: {first}: unknown key{nearest(first, STUDIES)}")
    try:
        value = yaml.safe_load(text) if text else None
    except yaml.YAMLError as error:
        raise UserError(f"--config {entry}: the value is not YAML: write it in quotes") from error
    if not inside and not isinstance(value, Mapping):
        settings[first] = text  # as Snakemake reads it
        return
    for part in reversed(inside):
        value = {part: value}
    below = settings.get(first)
    settings[first] = _merged(below, value)


def _merged(below: Any, above: Any) -> Any:
    """`above`, and what it leaves of `below` where both are mappings."""
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    inside = {key: _merged(below.get(key), value) for key, value in above.items()}
    return {**below, **inside}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _misplaced(word: str, arguments: Sequence[str], at: int) -> str:
    """What to write instead of a target after `--config`."""
    if word not in TARGETS and "/" not in word:
        return (
            f"--config {word}: a setting needs a value: write --config {word}=…, or for a target"
            f" put it before --config{nearest(word, TARGETS)}"
        )
    others = [*arguments[:at], *arguments[at + 1 :]]
    return (
        f"{word} stands after --config, which takes key=value only: write"
        f" `snakemake {' '.join([word, *others])}`"
    )
