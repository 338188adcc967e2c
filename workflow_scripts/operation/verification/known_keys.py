"""Code keys that earlier starts of Snakemake have computed, which takes most of a start.

They follow from the bytes of the package alone, so they are kept under a digest of these, and an
edit of any file computes all of them anew. Jobs never look here: each computes its own key.
"""

import hashlib
import json
import platform
from contextlib import suppress
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.code_key import PACKAGE, code_keys
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.package import package

FOLDER = Path(".snakemake/code-keys")
KEPT = 8
"""Versions of the package whose keys are kept."""


class KnownKeys:
    """The code keys of the package as it is now: those in a file of `folder`, and new ones."""

    def __init__(self, folder: Path = FOLDER) -> None:
        content = package(PACKAGE).read_all()
        self.file = folder / f"{content}-{platform.python_version()}.json" if content else None
        self._keys = _read(self.file) if self.file else {}
        self._new = False

    def code_keys(
        self, script: str, *texts: str, kinds: frozenset[str], documented: bool
    ) -> dict[str, str]:
        """As the function of that name; UserError names the line that cannot be followed."""
        asked = json.dumps([script, texts, sorted(kinds), documented])
        name = hashlib.sha256(asked.encode()).hexdigest()
        if name not in self._keys:
            self._keys[name] = code_keys(script, *texts, kinds=kinds, documented=documented)
            self._new = True
        return dict(self._keys[name])

    def keep(self) -> None:
        """Write the file, where it can be written, and delete those of old versions."""
        if self.file is None or not self._new:
            return
        with suppress(UserError, OSError):
            write_json(self.file, self._keys)
            found = sorted(self.file.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for old in found[:-KEPT]:
                old.unlink()
        self._new = False


def _read(file: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
