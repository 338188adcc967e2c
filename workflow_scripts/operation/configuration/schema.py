"""JSON schemas of the configuration files, for editors that complete and check YAML.

A file in config/ names its schema in its first line. Every file may hold a part of the settings
only, as overlays of a scale and files of one's own do, so nothing is required; what a run misses
is reported before it starts.
"""

from collections.abc import Mapping
from typing import Any

from workflow_scripts.operation.configuration.settings import STUDIES, WHOLE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHOLE_NAME = "config"
DEFS = "#/$defs/"


def schemas() -> dict[str, dict[str, Any]]:
    """By name: `config`, that of a file of all settings, and one for each study's own files."""
    whole = WHOLE.model_json_schema()
    made = {WHOLE_NAME: _of(whole, whole["$defs"])}
    for study in STUDIES:
        reference = whole["properties"][study]["$ref"]
        made[study] = _of(whole["$defs"][reference.removeprefix(DEFS)], whole["$defs"])
    return made


def _of(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with the definitions that it needs, and without requirements."""
    needed: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        for name in sorted(_references(waiting.pop()) - needed.keys()):
            needed[name] = definitions[name]
            waiting.append(definitions[name])
    own = {key: value for key, value in schema.items() if key != "$defs"}
    partial = {name: _partial(needed[name]) for name in sorted(needed)}
    return {"$schema": DIALECT, **_partial(own), "$defs": partial}


def _partial(node: Any) -> Any:
    """The schema of a part of the settings: nothing required, and any variant that fits."""
    if isinstance(node, list):
        return [_partial(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    kept = {key: value for key, value in node.items() if key not in ("required", "discriminator")}
    if isinstance(node.get("properties"), Mapping):
        kept["properties"] = {name: _partial(each) for name, each in node["properties"].items()}
    return {
        "anyOf" if key == "oneOf" else key: value if key == "properties" else _partial(value)
        for key, value in kept.items()
    }


def _references(node: Any) -> set[str]:
    if isinstance(node, Mapping):
        own = {node["$ref"].removeprefix(DEFS)} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()
