"""All settings of a study in little room: groups that are alike are told by their differences."""

import math
from typing import Any

import yaml

ABSENT = object()


def settings_of(cfg: dict[str, Any]) -> list[dict[str, str]]:
    """Return the settings as lines of a key and a value, those at their default included.

    Groups below one key, such as the arms of an experiment, follow a line each; one that is mostly
    like the first says what differs from it.
    """
    rows = []
    for key, value in sorted(cfg.items()):
        if not (isinstance(value, dict) and any(isinstance(each, dict) for each in value.values())):
            rows.append({"key": key, "value": inline(value)})
            continue
        first: str | None = None
        for name, group in value.items():
            alike = first is not None and _alike(value[first], group)
            told = _told(f"{key}.{first}", value[first], group) if alike else inline(group)
            rows.append({"key": f"{key}.{name}", "value": told})
            first = name if first is None and isinstance(group, dict) else first
    return rows


def inline(value: Any) -> str:
    """Return a value as YAML in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=math.inf)
    return text.removesuffix("\n").removesuffix("\n...")


def leaves(group: Any, at: str = "") -> dict[str, Any]:
    """Return the values of a nested group by their dotted keys."""
    if not isinstance(group, dict) or not group:
        return {at: group}
    return {
        key: value
        for name, each in group.items()
        for key, value in leaves(each, f"{at}.{name}" if at else str(name)).items()
    }


def _differences(first: Any, other: Any) -> dict[str, Any]:
    ours, theirs = leaves(other), leaves(first)
    changed = {key: each for key, each in ours.items() if theirs.get(key, ABSENT) != each}
    return changed | {key: ABSENT for key in theirs if key not in ours}


def _alike(first: Any, other: Any) -> bool:
    if not (isinstance(first, dict) and isinstance(other, dict)):
        return False
    return 2 * len(_differences(first, other)) < len(leaves(other))


def _told(name: str, first: Any, other: Any) -> str:
    differences = _differences(first, other)
    if not differences:
        return f"as {name}"
    told = [
        f"{key}: {inline(value)}" if value is not ABSENT else f"no {key}"
        for key, value in differences.items()
    ]
    return f"as {name}, but {', '.join(told)}"
