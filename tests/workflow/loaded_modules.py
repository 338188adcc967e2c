"""What a process has imported before it forks, and what its forks must not remember.

A Snakemake imports afresh what has changed since then: modules whose file has changed, or a file
that they may import. A job imports all modules of the workflow afresh, for what it runs, and which
functions it calls, is what tests look at; only the code that computes keys is there already, and
has taken the package apart, as long as no file has changed.
"""

import importlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "workflow_scripts"
COMPUTE_KEYS = tuple(f"{PACKAGE}.core.{name}" for name in ("errors", "code_key", "reach"))
"""The code that computes keys, and all that it imports."""
IMPORTED = re.compile(rf"(?m)^\s*from ({PACKAGE}(?:\.\w+)+) import")
"""In rules."""


class Loaded:
    """Imports libraries; and if a folder is given, what its rules import.

    If it forks `jobs`, the package there is taken apart, too. `contents` are the files of the
    package by their paths in it, and `needs` those that each module was made from.
    """

    def __init__(self, libraries: Iterable[str], folder: Path | str, jobs: bool) -> None:
        self.root = Path(folder or Path(__file__).parents[2])
        sys.path.insert(0, str(self.root))
        importlib.import_module(f"{PACKAGE}.core.arithmetic").export_arithmetic()
        for name in libraries:
            importlib.import_module(name)
        self.contents: dict[str, bytes] = {}
        self.needs: dict[str, set[str]] = {}
        if folder:
            self._import_workflow(jobs)
        else:
            _forget(loaded())
        sys.path.remove(str(self.root))

    def _import_workflow(self, jobs: bool) -> None:
        self.contents = _contents(self.root)
        for rules in sorted((self.root / "rules").glob("*.smk")):
            for name in IMPORTED.findall(rules.read_text()):
                importlib.import_module(name)
        imports = importlib.import_module(f"{PACKAGE}.operation.verification.may_import")
        may_import = imports.MayImport(self.contents, PACKAGE)
        self.needs = {name: may_import.files(_path(name, self.contents)) for name in loaded()}
        if jobs:
            keys = importlib.import_module(f"{PACKAGE}.core.code_key")
            package = keys.package(keys.PACKAGE)
            package.read_all()
            for path in filter(_is_code, self.contents):
                package.module(path)

    def forget(self, is_job: bool) -> None:
        """Forget in a fork what it must not remember."""
        if not self.contents:
            return
        now = _contents(self.root)
        changed = {path for path, content in self.contents.items() if now.get(path) != content}
        if changed or now.keys() != self.contents.keys():
            _clear_caches()
        if now.keys() == self.contents.keys() and all(map(_is_code, changed)):
            _forget(name for name, files in self.needs.items() if files & changed)
        else:
            _forget(self.needs)  # any module may have read such a file
        if is_job:
            doors = (PACKAGE, f"{PACKAGE}.core")
            _forget(
                name for name in loaded() if not name.startswith(COMPUTE_KEYS) and name not in doors
            )


def loaded() -> list[str]:
    """The names of all modules of the package that are imported now."""
    return [name for name in sys.modules if name.partition(".")[0] == PACKAGE]


def _forget(names: Iterable[str]) -> None:
    """As if they had not been imported."""
    for name in list(names):
        del sys.modules[name]
        door, _, own = name.rpartition(".")
        if door in sys.modules and hasattr(sys.modules[door], own):
            delattr(sys.modules[door], own)


def _clear_caches() -> None:
    """As if no key had been computed, and nothing taken apart."""
    for name in filter(lambda each: each.startswith(COMPUTE_KEYS), loaded()):
        for value in vars(sys.modules[name]).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _is_code(path: str) -> bool:
    return path.endswith(".py")


def _path(name: str, contents: dict[str, bytes]) -> str:
    inside = "/".join(name.split(".")[1:])
    module = f"{inside}.py"
    return module if module in contents else f"{inside}/__init__.py".lstrip("/")


def _contents(folder: Path) -> dict[str, bytes]:
    package = folder / PACKAGE
    paths = (path for path in package.rglob("*.*") if path.suffix != ".pyc" and path.is_file())
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in paths}
