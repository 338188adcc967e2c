"""Before anything runs: can results be written where they go?"""

import os
from pathlib import Path

from workflow_scripts.errors import UserError


def check_places(*folders: Path) -> None:
    """UserError names the first of `folders`, or its nearest parent, that cannot be written."""
    for folder in folders:
        existing = folder.absolute()
        while not existing.exists():
            existing = existing.parent
        if not existing.is_dir():
            raise UserError(f"{existing} is a file where a folder is needed: move it away")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise UserError(f"{existing} cannot be written: make it writable and run again")
