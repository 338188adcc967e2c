"""Write what is generated from the settings: their reference and the schemas of their files.

    python -m workflow_scripts.operation.configuration.reference [--check]

docs/configuration.md describes every setting, config/README.md is its short form, and
config/schemas/ is for editors. With --check nothing is written; the status is 1 if a file is out of
date.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.operation.configuration.schema import DEFS, WHOLE_NAME, schemas
from workflow_scripts.operation.configuration.settings import STUDIES, WHOLE
from workflow_scripts.studies.registry import REGISTERED

ROOT = Path(__file__).resolve().parents[3]
GENERATED = "<!-- Written by `make format` from the settings classes: edit their docstrings. -->"
ROW = tuple[str, str, str, str]
"""A setting: its dotted key, type, default, and what it means."""


def files() -> dict[str, str]:
    """The text of each generated file, by its path in the repository."""
    written = {
        f"config/schemas/{name}.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }
    written["docs/configuration.md"] = reference()
    written["config/README.md"] = short()
    return written


def reference() -> str:
    """Every setting with its type, default and meaning; a table for each study."""
    whole = WHOLE.model_json_schema()
    shared = {key: each for key, each in whole["properties"].items() if key not in STUDIES}
    parts = [
        GENERATED,
        "# Configuration",
        "Settings are in `config/config.yaml` and `config/<study>.yaml`; what differs at another"
        " scale is in `config/scales/<scale>/<study>.yaml`. A file of your own"
        " (`--configfile mine.yaml`) or `--config key=value` goes before both. In a dotted key"
        " `<name>` is a name that you choose. An unknown key or an impossible value is refused"
        " before anything runs.",
        "## All studies",
        _table(_rows({"properties": shared}, whole["$defs"])),
    ]
    for study in STUDIES:
        own = whole["$defs"][whole["properties"][study]["$ref"].removeprefix(DEFS)]
        first, *_ = own["description"].splitlines()
        rows = _rows(own, whole["$defs"], f"{study}.")
        parts += [f"## {REGISTERED[study].title}", f"`{study}`: {first}", _table(rows)]
    return "\n\n".join(parts) + "\n"


def short() -> str:
    """The settings that all studies share, and where the rest is."""
    whole = WHOLE.model_json_schema()
    shared = {key: each for key, each in whole["properties"].items() if key not in STUDIES}
    rows = [row for row in _rows({"properties": shared}, whole["$defs"]) if row[0].count(".") < 2]
    names = [f"- [`{study}.yaml`]({study}.yaml): {REGISTERED[study].title}" for study in STUDIES]
    parts = [
        GENERATED,
        "# Settings",
        "`config.yaml` holds what all studies share, `<study>.yaml` a study at the laptop scale,"
        " `scales/<scale>/<study>.yaml` what differs at another scale. Every setting is described"
        " in [docs/configuration.md](../docs/configuration.md). Editors with a YAML language"
        " server complete and check these files by the schemas in `schemas/`; for a file of your"
        f" own write `# yaml-language-server: $schema=config/schemas/{WHOLE_NAME}.json` in its"
        " first line.",
        _table(rows),
        "\n".join(names),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(schema: Mapping[str, Any], defs: Mapping[str, Any], prefix: str = "") -> Iterator[ROW]:
    """The settings in `schema` and below it, in the order of their classes."""
    for name, field in schema.get("properties", {}).items():
        yield from _of_field(f"{prefix}{name}", field, defs)


def _of_field(key: str, field: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[ROW]:
    default = f"`{json.dumps(field['default'])}`" if "default" in field else ""
    meaning = " ".join(field.get("description", "").split()).replace("<", "&lt;")
    yield key, _type(field, defs), default, meaning
    for below, schema in _inside(key, field, defs):
        yield from _rows(schema, defs, f"{below}.")


def _inside(
    key: str, field: Mapping[str, Any], defs: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Settings of which the value of a field consists, by the key that they are below."""
    if "$ref" in field:
        target = defs[field["$ref"].removeprefix(DEFS)]
        if "properties" in target:
            yield key, target
    elif isinstance(field.get("additionalProperties"), Mapping):
        yield from _inside(f"{key}.<name>", field["additionalProperties"], defs)
    elif "items" in field:
        yield from _inside(f"{key}[]", field["items"], defs)
    else:
        # The variants of a choice, one after the other.
        for variant in field.get("oneOf", field.get("anyOf", [])):
            yield from _inside(key, variant, defs)


def _type(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "$ref" in field:
        target = defs[field["$ref"].removeprefix(DEFS)]
        kind = target.get("properties", {}).get("kind", {}).get("const")
        return f"kind `{kind}`" if kind else _type(target, defs) if "enum" in target else "settings"
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f"`{each}`" for each in field["enum"])
    variants = field.get("oneOf", field.get("anyOf"))
    if variants:
        return " or ".join(dict.fromkeys(_type(each, defs) for each in variants))
    if isinstance(field.get("additionalProperties"), Mapping):
        return f"by name: {_type(field['additionalProperties'], defs)}"
    if field.get("type") == "array" and "items" in field:
        return f"list of {_type(field['items'], defs)}"
    kind = str(field.get("type", "any"))
    return {"null": "none", "object": "settings"}.get(kind, kind)


def _table(rows: Iterable[ROW]) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, *cells in dict.fromkeys(rows):  # several kinds may share a setting
        escaped = [cell.replace("|", r"\|") for cell in (f"`{key}`", *cells)]
        lines.append(f"| {' | '.join(escaped)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with --check name the first that is out of date and return 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    for name, text in files().items():
        path = ROOT / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"error: {name} is out of date: make format", file=sys.stderr)
                return 1
        else:
            write_text(path, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
