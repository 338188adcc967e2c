"""From YAML files to typed settings, or to one line naming the file and key at fault."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.core.settings import Settings, spare
from workflow_scripts.operation.configuration.fields import KEY, names_at, written_keys
from workflow_scripts.operation.configuration.own_data import own_data_in
from workflow_scripts.operation.configuration.read import read_settings
from workflow_scripts.operation.configuration.settings import STUDIES, WHOLE, Configuration, Scale

BASE = "config/config.yaml"
COMMAND_LINE = "the command line"
Layers = list[tuple[str, Mapping[str, Any]]]
"""The sources of a group of settings, each with its name in messages; the last one wins."""

# Pydantic's error types for Python types, in terms of YAML.
WORDS = {
    "tuple_type": "should be a list",
    "list_type": "should be a list",
    "model_type": "should hold settings (key: value)",
    "dict_type": "should hold settings (key: value)",
    "model_attributes_type": "should hold settings that begin with a kind ({kind: …})",
    "missing": "is missing",
}

OTHER_NAMES = {"gpu": "cuda", "nvidia": "cuda", "cuda:0": "cuda"}
"""What other programs call a value, where the most similar word would be another one."""


def load_configuration(
    folder: Path, overrides: Mapping[str, Any], files: Sequence[Path] = ()
) -> Configuration:
    """Merge `config.yaml`, each study's file, the overlay of the scale and `overrides`; validate.

    `overrides` is what Snakemake collected from `--config` and `--configfile`: top-level keys, and
    one mapping per study. `files` are those configuration files; they are read again because
    Snakemake accepts duplicate keys, and so that messages can name the file. UserError is one line
    with file and key, and with the most similar name for an unknown key.
    """
    base = read_settings(folder / "config.yaml", BASE)
    changed = {k: value for k, value in overrides.items() if k not in base or base[k] != value}
    given = [(str(file), read_settings(file, str(file))) for file in files]
    for _, content in given:
        changed = _without(changed, content)
    given.append((COMMAND_LINE, changed))
    top = [
        (name, {key: value for key, value in content.items() if key not in STUDIES})
        for name, content in given
    ]
    layers: dict[str, Layers] = {"": [(BASE, base), *top]}
    scale = _scale(layers[""])
    for study in STUDIES:
        own = [(name, content.get(study)) for name, content in given]
        layers[study] = _layers_of(study, scale, folder, base, own)
    merged = {name: _merge(sources) for name, sources in layers.items()}
    chosen = {study: _merge(sources[-len(given) :]) for study, sources in layers.items() if study}
    content = {**merged.pop(""), **merged}
    content |= {name: own_data_in(content, name, chosen[name]) for name in STUDIES}
    try:
        return WHOLE.model_validate(content)
    except ValidationError as error:
        raise UserError(_explain(error, layers)) from error


def lookup(settings: Settings, path: str) -> Any:
    """The value at a dotted `path`, such as `lottery.seeds`, as JSON builtins.

    Settings inside it that have their default value are left out, so that a new setting changes
    nothing; a value that is looked up by its own path is always present.
    """
    value: Any = settings
    for key in path.split("."):
        names = _names(value)
        if key not in names:
            raise UserError(f"there is no setting '{path}': '{key}'{nearest(key, names)}")
        value = names[key]
    return spare(value)


def _names(value: Any) -> Mapping[str, Any]:
    """What can be looked up inside a value of settings."""
    if isinstance(value, Settings):
        fields = type(value).model_fields.items()
        named = {field.alias or name: getattr(value, name) for name, field in fields}
        return named | (value.model_extra or {})
    return value if isinstance(value, Mapping) else {}


def _scale(layers: Layers) -> str:
    """The scale, checked first because it selects the overlays."""
    scale, known = _merge(layers).get("scale"), get_args(Scale)
    if scale is None:
        raise UserError(f"{BASE}: scale: is missing: choose from {', '.join(known)}")
    if scale not in known:
        origin, meant = _origin(["scale"], layers), nearest(scale, known)
        raise UserError(f"{origin}: scale: {scale!r} is not one of {', '.join(known)}{meant}")
    return scale


def _without(settings: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `settings` that `others` does not contain."""
    left = {}
    for key, value in settings.items():
        other = others.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping) and value != other:
            left[key] = _without(value, other)
        elif key not in others or value != other:
            left[key] = value
    return left


def _layers_of(
    study: str,
    scale: str,
    folder: Path,
    base: Mapping[str, Any],
    given: Sequence[tuple[str, Any]],
) -> Layers:
    """The sources of a study's settings; `given` is its part of the overrides of a run."""
    own, overlay = f"{study}.yaml", f"scales/{scale}/{study}.yaml"
    if study in base:
        raise UserError(f"{BASE}: {study}: the settings of a study belong in config/{own}")
    for name, part in given:
        if part is not None and not isinstance(part, Mapping):
            raise UserError(f"{name}: {study}: {WORDS['model_type']} (it is {part!r})")
    layers = [(f"config/{own}", read_settings(folder / own, f"config/{own}"))]
    if (folder / overlay).exists():
        layers.append((f"config/{overlay}", read_settings(folder / overlay, f"config/{overlay}")))
    return [*layers, *((name, part or {}) for name, part in given)]


def _merge(layers: Layers) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for _, layer in layers:
        _merge_into(merged, layer)
    return merged


def _merge_into(target: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        below = target.get(key)
        if isinstance(value, Mapping) and isinstance(below, dict) and _same_kind(below, value):
            _merge_into(below, value)
        else:
            target[key] = _copied(value)


def _same_kind(below: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Whether `value` modifies `below`; settings of another kind replace it."""
    return value.get("kind", below.get("kind")) == below.get("kind")


def _copied(value: Any) -> Any:
    """A copy that shares no mapping with a YAML anchor, which may occur in several places."""
    return {k: _copied(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _explain(error: ValidationError, layers: dict[str, Layers]) -> str:
    """One error as `source: key: what is wrong`, and how many more there are.

    Unknown keys come first: if a key is misspelt, the correct one is missing too.
    """
    faults = error.errors(include_url=False)
    fault = min(faults, key=lambda each: each["type"] != "extra_forbidden")
    keys = written_keys(WHOLE, fault["loc"])
    message = _message(fault, keys)
    if "discriminator" in fault.get("ctx", {}):
        keys.append(fault["ctx"]["discriminator"].strip("'"))
    # Studies check keys against each other; such a message begins with its key.
    about = message.split()[0].split(".")
    study = next((names[0] for names in (keys, about) if names and names[0] in STUDIES), "")
    inside = keys[1:] if study else keys
    origin = _origin(inside or (about[1:] if about[0] == study else about), layers[study])
    own = origin == f"config/{study}.yaml" or origin.startswith("config/scales/")
    shown = inside if own else keys
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return ": ".join(part for part in (origin, ".".join(shown), message) if part) + more


def _message(fault: Mapping[str, Any], keys: list[str]) -> str:
    kind, found = fault["type"], fault.get("input")
    if kind == "extra_forbidden" or (kind != "value_error" and fault["loc"][-1:] == (KEY,)):
        names = names_at(WHOLE, fault["loc"])
        return f"unknown key{nearest(keys[-1], names) or _names_of_kind(fault['loc'], keys, names)}"
    if kind in ("missing", "union_tag_not_found"):
        return WORDS["missing"]
    if kind == "union_tag_invalid":
        tags = fault["ctx"]["expected_tags"]
        meant = nearest(fault["ctx"]["tag"], [tag.strip("' ") for tag in tags.split(",")])
        return f"{fault['ctx']['tag']!r} is not one of {tags}{meant}"
    message = WORDS.get(kind, fault["msg"].removeprefix("Value error, "))
    if isinstance(found, Mapping):
        return message
    literals = fault["ctx"]["expected"].replace(" or ", ", ") if kind == "literal_error" else ""
    known = [literal.strip("' ") for literal in literals.split(",")]
    other = OTHER_NAMES.get(str(found).lower())
    meant = f"; write '{other}'" if other in known else nearest(found, known)
    return f"{message} (it is {found!r}){meant}"


def _names_of_kind(location: Sequence[int | str], keys: list[str], names: list[str]) -> str:
    """The end of a message about a key that only settings of another kind have; else ""."""
    *_, above, _ = ["", *(str(part) for part in location if part != KEY)]
    if len(keys) < 2 or above == keys[-2]:
        return ""
    return f": {above!r} has {', '.join(n for n in names if n != 'kind') or 'no other keys'}"


def _origin(keys: list[str], layers: Layers) -> str:
    """The last source that has the key, or the longest part of its path in any source."""
    best, depth = layers[0][0], 0
    for name, layer in layers:
        value: Any = layer
        found = 0
        for key in keys:
            if isinstance(value, Mapping) and key in value:
                value, found = value[key], found + 1
            else:
                break
        if found and found >= depth:
            best, depth = name, found
    return best
