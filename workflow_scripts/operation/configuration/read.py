"""Read a YAML file of settings, or report in one line what is wrong and where."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.fast_yaml import read_yaml

INTEGER = "tag:yaml.org,2002:int"
SURPRISING = re.compile(r"[-+]?(0[0-9_]+|.*:.*)")
"""Integers that YAML 1.1 reads in base 8 or 60: 02000 is 1024, and 1:30 is 90."""


def read_settings(path: Path, name: str) -> dict[str, Any]:
    """Read the mapping in `path`; UserError calls the file `name` and gives the line of an error.

    Besides invalid YAML this refuses duplicate keys, of which YAML would silently take the last, an
    alias inside its own anchor, and integers in base 8 or 60. An empty file holds no settings.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = read_yaml(text, lambda node: _check(node, name, ()))
    except FileNotFoundError as error:
        raise UserError(f"{name}: is missing: restore it from Git") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: not UTF-8, or an invalid date
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise UserError(f"{name}:{_line(error)} not valid YAML: {problem}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UserError(f"{name}: holds a {type(content).__name__}, not settings (key: value)")
    return content


def _check(node: yaml.Node | None, name: str, above: tuple[yaml.Node, ...]) -> None:
    if node is None:  # an empty file
        return
    if isinstance(node, yaml.CollectionNode) and any(node is other for other in above):
        raise UserError(f"{name}: line {node.start_mark.line + 1}: an anchor that contains itself")
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                line = key.start_mark.line + 1
                raise UserError(f"{name}: line {line}: the key '{key.value}' appears twice")
            keys.add(str(key.value))
    if isinstance(node, yaml.ScalarNode) and _is_surprising(node):
        line = node.start_mark.line + 1
        raise UserError(
            f"{name}: line {line}: {node.value} would not be read as a decimal number: write it"
            " without leading zeros or colons, or in quotes"
        )
    for child in _children(node):
        _check(child, name, (*above, node))


def _is_surprising(node: yaml.ScalarNode) -> bool:
    return node.tag == INTEGER and not node.style and bool(SURPRISING.fullmatch(node.value))


def _children(node: yaml.Node) -> Iterable[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" line {mark.line + 1}:" if mark else ""
