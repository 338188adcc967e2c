"""YAML of plain values, parsed by libyaml in a tenth of the time of PyYAML's own parser."""

from collections.abc import Callable
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both make numbers, texts, lists and mappings only; PyYAML may have been built without libyaml."""
Look = Callable[[yaml.Node | None], None]


def read_yaml(text: str, look: Look | None = None) -> Any:
    """The content of a document; None if it is empty.

    `look` is given its nodes before keys are merged into mappings, and may raise what it finds.
    YAMLError in the words of PyYAML's own parser, which says more.
    """
    try:
        return _read(text, look, LOADER)
    except yaml.YAMLError:
        return _read(text, look, yaml.SafeLoader)


def _read(text: str, look: Look | None, kind: Any) -> Any:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        if look is not None:
            look(node)
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()
