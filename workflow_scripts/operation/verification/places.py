"""Check that results can be written, before anything runs."""

import os
from collections.abc import Iterator
from pathlib import Path

from workflow_scripts.core.errors import UserError


def check_places(*folders: Path) -> None:
    """UserError names the first of `folders`, or a parent or subfolder, that is not writable."""
    for folder in folders:
        existing = folder.absolute()
        while not existing.exists():
            existing = existing.parent
        if not existing.is_dir():
            raise UserError(f"{existing} is a file where a folder is needed: move it away")
        for place in [existing, *_below(folder.absolute())]:
            if not os.access(place, os.W_OK | os.X_OK):
                raise UserError(f"{place} cannot be written: make it writable and run again")


def _below(folder: Path) -> Iterator[Path]:
    return (Path(place) for place, _, _ in os.walk(folder))
