"""All batches of seeds in the settings: only their jobs exist."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflow_scripts.core.seeds import PATTERN
from workflow_scripts.core.settings import Settings


def batches_in(settings: Any) -> Iterator[str]:
    """Every batch of seeds, such as "0-4", at any depth of `settings`; repeatedly if it recurs."""
    if isinstance(settings, Settings):
        for name in type(settings).model_fields:
            yield from batches_in(getattr(settings, name))
    elif isinstance(settings, Mapping):
        for value in settings.values():
            yield from batches_in(value)
    elif isinstance(settings, tuple):
        texts = [each for each in settings if isinstance(each, str)]
        if texts and all(map(PATTERN.fullmatch, texts)):
            yield from texts
        for value in settings:
            yield from batches_in(value)
