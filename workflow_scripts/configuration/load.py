"""From YAML files to typed settings, or one line that says which key of which file is wrong."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from workflow_scripts.configuration.settings import STUDIES, Configuration, Scale
from workflow_scripts.errors import UserError

COMMAND_LINE = "the command line"
Layers = list[tuple[str, Mapping[str, Any]]]
"""The sources of one group of settings, each with the name a user knows it by; the last wins."""


def load_configuration(folder: Path, overrides: Mapping[str, Any]) -> Configuration:
    """Merge `config.yaml`, each study's file, the overlay of the scale and `overrides`; validate.

    `overrides` is what Snakemake gathered from `--config` and `--configfile`: top-level keys, and
    one mapping a study. UserError is one line with file and key, the nearest name for an unknown
    one.
    """
    base = _read(folder / "config.yaml")
    changed = {key: value for key, value in overrides.items() if base.get(key) != value}
    scale = {**base, **changed}.get("scale")
    if scale not in get_args(Scale):
        known = ", ".join(get_args(Scale))
        raise UserError(
            f"scale: {scale!r} is not a scale{_nearest(scale, get_args(Scale))} ({known})"
        )
    top = {key: value for key, value in changed.items() if key not in STUDIES}
    layers: dict[str, Layers] = {"": [("config/config.yaml", base), (COMMAND_LINE, top)]}
    for study in STUDIES:
        own = [f"{study}.yaml", f"scales/{scale}/{study}.yaml"]
        found = [
            (f"config/{name}", _read(folder / name)) for name in own if (folder / name).exists()
        ]
        layers[study] = [*found, (COMMAND_LINE, changed.get(study) or {})]
    merged = {name: _merge(sources) for name, sources in layers.items()}
    content = {**merged.pop(""), **merged}
    try:
        return Configuration.model_validate(content)
    except ValidationError as error:
        raise UserError(_explain(error, layers)) from error


def lookup(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted `path`, such as `lottery.seeds`, in settings dumped to builtins."""
    value: Any = values
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            names = list(value) if isinstance(value, Mapping) else []
            raise UserError(f"there is no setting '{path}': '{key}'{_nearest(key, names)}")
        value = value[key]
    return value


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: restore it from Git") from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" line {where.line + 1}:" if where else ""
        raise UserError(
            f"{path}:{line} not valid YAML: {getattr(error, 'problem', error)}"
        ) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UserError(f"{path}: holds a {type(content).__name__}, not settings (key: value)")
    return content


def _merge(layers: Layers) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for _, layer in layers:
        _merge_into(merged, layer)
    return merged


def _merge_into(target: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping) and isinstance(target.get(key), dict):
            _merge_into(target[key], value)
        else:
            target[key] = _copied(value)


def _copied(value: Any) -> Any:
    """A copy that shares no mapping with YAML anchors, which may occur in several places."""
    return {k: _copied(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _explain(error: ValidationError, layers: dict[str, Layers]) -> str:
    """The first fault as `file: key: what is wrong`, and how many more there are."""
    faults = error.errors(include_url=False)
    fault = faults[0]
    location = [str(part) for part in fault["loc"]]
    study = location[0] if location and location[0] in STUDIES else ""
    keys = location[1:] if study else location
    keys = _without_union_tags(keys, layers[study])
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        names = _siblings(fault["loc"])
        message = f"unknown key{_nearest(keys[-1], names)}"
    elif fault["type"] == "missing":
        message = "is missing"
    elif not isinstance(fault.get("input"), dict):
        message = f"{message} (it is {fault.get('input')!r})"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{_origin(keys, layers[study])}: {'.'.join(keys)}: {message}{more}"


def _without_union_tags(keys: list[str], layers: Layers) -> list[str]:
    """Pydantic names the variant of a union as if it were a key; users never wrote that."""
    merged: Any = _merge(layers)
    kept = []
    for position, key in enumerate(keys):
        is_last = position == len(keys) - 1
        if isinstance(merged, Mapping) and key not in merged and not is_last:
            continue
        kept.append(key)
        if isinstance(merged, Mapping):
            merged = merged.get(key)
        elif isinstance(merged, list) and key.isdigit() and int(key) < len(merged):
            merged = merged[int(key)]
    return kept


def _origin(keys: list[str], layers: Layers) -> str:
    """The last source that holds the key, or as much of its path as any does."""
    best, depth = layers[0][0], -1
    for name, layer in layers:
        value: Any = layer
        found = 0
        for key in keys:
            if isinstance(value, Mapping) and key in value:
                value, found = value[key], found + 1
            else:
                break
        if found >= depth and found:
            best, depth = name, found
    return best


def _siblings(location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields where an unknown key was met."""
    model: Any = Configuration
    for part in location[:-1]:
        model = _step_into(model, part)
        if model is None:
            return []
    return list(model.model_fields) if hasattr(model, "model_fields") else []


def _step_into(model: Any, part: int | str) -> Any:
    """The settings class one key further, through containers and tagged unions."""
    if hasattr(model, "model_fields"):
        if part in model.model_fields:
            return _unwrapped(model.model_fields[part].annotation)
        return None
    if isinstance(model, list):  # the variants of a union, told apart by their tag
        tagged = [v for v in model if part in get_args(v.model_fields["kind"].annotation)]
        return tagged[0] if tagged else None
    return model  # a container: its keys are free


def _unwrapped(annotation: Any) -> Any:
    """The settings class or union inside `dict[str, X]`, `tuple[X, ...]`, `X | None`."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = [_unwrapped(argument) for argument in get_args(annotation)]
    models = [m for m in inner if m is not None]
    flat = [m for group in models for m in (group if isinstance(group, list) else [group])]
    return flat[0] if len(flat) == 1 else (flat or None)


def _nearest(name: Any, known: Any) -> str:
    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
