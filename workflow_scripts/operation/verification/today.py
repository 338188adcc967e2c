"""What the recorded parameters would be today, and which records are therefore stale."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workflow_scripts.core.code_key import recomputed
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.identity import FOLDER
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.settings import FetchedKind
from workflow_scripts.operation.configuration.load import lookup

Stage = Mapping[str, Any]
Today = Callable[[Stage], dict[str, Any]]
"""Maps a stage to those of its parameters, by name, that can be recomputed."""


def from_settings(settings: Settings) -> Today:
    """Settings and code keys of a stage as they are today, without removed settings."""

    def today(stage: Stage) -> dict[str, Any]:
        code, cfg = stage["params"]["code"], stage["params"].get("cfg", {})
        return {"code": recomputed(code, cfg), "cfg": dict(_settings(settings, cfg))}

    return today


def is_published(params: Mapping[str, Any]) -> bool:
    """Whether a job's parameters are those of fetching published files.

    Their content is checked, and is the same whatever the parameters are.
    """
    published = {f"data.{name}" for name in kinds_of(FetchedKind)}
    return bool(published & set(params.get("cfg", {})))


def _settings(settings: Settings, keys: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for key in keys:
        try:
            yield key, lookup(settings, key)
        except UserError:
            continue


def stale(stages: Iterable[Stage], today: Today) -> list[str]:
    """One line per rule and reason why its results do not match the present tree."""
    reasons: Counter[tuple[str, str]] = Counter()
    for stage in stages:
        if is_published(stage["params"]):
            continue
        reasons.update((stage["rule"], reason) for reason in _differences(stage, today(stage)))
    return [f"{rule} ({_jobs(n)}): {reason}" for (rule, reason), n in sorted(reasons.items())]


def _differences(stage: Stage, now: Mapping[str, Any]) -> Iterator[str]:
    for name, then in stage["params"].items():
        if name == "code":
            yield from (
                f"the code of {files} has changed"
                for files in then
                if now[name][files] != then[files]
            )
        elif name == "cfg":
            for key in then:
                if key not in now[name]:
                    yield f"the setting {key} no longer exists"
                elif now[name][key] != then[key]:
                    yield f"the setting {key} has changed"
        elif name != FOLDER and name in now and now[name] != then:
            yield f"the parameter {name} has changed"


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
