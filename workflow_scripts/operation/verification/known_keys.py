"""Code keys that earlier starts of Snakemake have computed, which takes most of a start.

A key follows from the names of all files of the package, and from the bytes of the script, of the
files that it may import, of its texts, and of the code that computes keys. It is kept under a
digest of these, so an edit computes only those keys anew that may depend on it. Jobs never look
here: each computes its own key.
"""

import hashlib
import json
import platform
from contextlib import suppress
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.code_key import PACKAGE, code_keys
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.package import Package, package
from workflow_scripts.operation.verification.may_import import MayImport

FOLDER = Path(".snakemake/code-keys")
KEPT = 8
"""Starts whose keys are kept, of those that computed some."""
COMPUTES = "core/"
"""The folder of the code that computes keys."""

Keys = dict[str, dict[str, str]]


class KnownKeys:
    """The code keys of the package as it is now: those in a file of `folder`, and new ones."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.file = folder / f"{platform.python_version()}.json"
        self._states = _States.of(package(PACKAGE))
        self._starts = _read(self.file) if self._states else []
        self._known: Keys = {name: keys for each in self._starts for name, keys in each.items()}
        self._used: Keys = {}
        self._new = False

    def code_keys(
        self, script: str, *texts: str, kinds: frozenset[str], documented: bool
    ) -> dict[str, str]:
        """As the function of that name; UserError names the line that cannot be followed."""
        state = self._states.of_script(script, texts) if self._states else ""
        asked = json.dumps([state, script, texts, sorted(kinds), documented])
        name = hashlib.sha256(asked.encode()).hexdigest()
        if name not in self._used:
            if name not in self._known:
                self._known[name] = code_keys(script, *texts, kinds=kinds, documented=documented)
                self._new = True
            self._used[name] = self._known[name]
        return dict(self._used[name])

    def keep(self) -> None:
        """Write the file, where it can be written, without the keys of starts long ago."""
        if self._states is None or not self._new:
            return
        before = [
            {name: keys for name, keys in each.items() if name not in self._used}
            for each in self._starts
        ]
        with suppress(UserError, OSError):
            write_json(self.file, [self._used, *filter(None, before)][:KEPT])
        self._new = False


class _States:
    """What the keys of each script follow from, as a digest of the package's files."""

    def __init__(self, contents: dict[str, bytes], package_name: str) -> None:
        self._digests = {
            name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
        }
        self._may_import = MayImport(contents, package_name)
        self._computes = [name for name in contents if name.startswith(COMPUTES)]
        self._names = hashlib.sha256(json.dumps(sorted(contents)).encode()).hexdigest()
        self._known: dict[tuple[str, ...], str] = {}

    @classmethod
    def of(cls, found: Package) -> "_States | None":
        """Of a package; None if it may have been another when some of it was read."""
        content = found.read_all()
        paths = (path for path in found.root.rglob("*.*") if path.suffix != ".pyc")
        names = sorted(p.relative_to(found.root).as_posix() for p in paths if p.is_file())
        contents = {name: found.read(name) for name in names}
        if content is None or Package(found.root).read_all() != content:
            return None
        return cls(contents, found.root.name)

    def of_script(self, script: str, texts: tuple[str, ...]) -> str:
        """The digest for one script and the texts that count with it."""
        if (script, *texts) not in self._known:
            read = {*self._computes, *self._may_import.files(script), *texts}
            state = [self._names, {name: self._digests.get(name) for name in sorted(read)}]
            self._known[script, *texts] = hashlib.sha256(json.dumps(state).encode()).hexdigest()
        return self._known[script, *texts]


def _read(file: Path) -> list[Keys]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
