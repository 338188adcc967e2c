"""The package as files: which file an import runs, and what a name in a module refers to."""

import gc
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.purity import CLASS, DATA, OURS, Purity, builtin
from workflow_scripts.core.reach.unions import Use
from workflow_scripts.core.reach.units import Import, Module, Unit, take_apart


class Package:
    """The Python files below `root`; each is read once, at its first use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._all: dict[str, bytes] | None = None
        self._prefix = f"{root.name}."
        self._modules: dict[tuple[str, bool], Module] = {}
        self._effects: dict[Unit, bool] = {}
        self._open: set[Unit] = set()
        self._files: dict[str, str | None] = {}
        self._executed: dict[Import, tuple[str, ...]] = {}

    def read_all(self) -> str | None:
        """Read all files now, also those that are not Python; the SHA-256 of names and bytes.

        What is worked out afterwards comes from these bytes, whatever is edited in the meantime.
        None if some file has been read before, when it may have been another.
        """
        if self._all is None and not self._modules:
            paths = (path for path in self.root.rglob("*.*") if path.suffix != ".pyc")
            names = sorted(p.relative_to(self.root).as_posix() for p in paths if p.is_file())
            self._all = {name: (self.root / name).read_bytes() for name in names}
        if self._all is None:
            return None
        total = hashlib.sha256()
        for name, content in self._all.items():
            total.update(f"{len(name)} {name} {len(content)} ".encode() + content)
        return total.hexdigest()

    def read(self, path: str) -> bytes:
        """The bytes of a file, by its path below the root; UserError if it is missing."""
        if self._all is not None and path in self._all:
            return self._all[path]
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError as error:
            raise UserError(
                f"{self.root / path} is missing: a rule names it as its code"
            ) from error

    def module(self, file: str, documented: bool = False) -> Module:
        """The units of a file; with `documented` they keep their docstrings."""
        key = (file, documented)
        if key not in self._modules:
            source = self.read(file)
            with _kept_for_good():
                self._modules[key] = take_apart(source, file, self.root.name, documented)
        return self._modules[key]

    def holds(self, name: str) -> bool:
        """Whether a dotted name belongs to this package rather than to a library."""
        return name.startswith(self._prefix) or name == self.root.name

    def file(self, name: str) -> str | None:
        """The file of the module with this dotted name (`__init__.py` for a folder), or None."""
        if name not in self._files:
            self._files[name] = self._find(name)
        return self._files[name]

    def executed(self, step: Import) -> tuple[str, ...]:
        """The files of the package that an import runs, in order."""
        if step not in self._executed:
            names = [step.module] if step.name is None else [step.module, step.meaning]
            parts = [name.split(".") for name in names]
            doors = [".".join(p[:end]) for p in parts for end in range(1, len(p) + 1)]
            self._executed[step] = tuple(f for f in map(self.file, dict.fromkeys(doors)) if f)
        return self._executed[step]

    def has_effects(self, module: Module, unit: Unit) -> bool:
        """Whether a statement may do more than bind its names, so that it always counts."""
        if unit in self._effects:
            return self._effects[unit]
        if unit in self._open:
            return True  # it is asked for in order to judge itself
        self._open.add(unit)
        found = self._find_effects(module, unit)
        self._open.remove(unit)
        if not self._open:  # else it may rest on that answer, and depend on who asked first
            self._effects[unit] = found
        return found

    def the_class(self, module: Module, use: Use) -> Unit | None:
        """The class that a name, or an attribute of a module, refers to; None if in doubt."""
        name, attribute = use
        binders = module.binders(name)
        if len(binders) != 1:
            return None
        (unit,) = binders
        if not unit.is_import:
            return unit if unit.is_class and attribute is None else None
        (step,) = unit.imports
        if not self.holds(step.module):
            return None
        submodule = self.file(step.module if step.name is None else step.meaning)
        if submodule is not None:
            return self.the_class(self.module(submodule), (attribute, None)) if attribute else None
        file = self.file(step.module)
        if file is None or step.name is None:
            return None
        return self.the_class(self.module(file), (step.name, attribute))

    def _find_effects(self, module: Module, unit: Unit) -> bool:
        if unit.imports_at_once and any(self._is_for_effect(module, s) for s in unit.imports):
            return True
        return not Purity(lambda _, name: self._meaning(module, name)).is_pure(unit)

    def _is_for_effect(self, module: Module, step: Import) -> bool:
        """Whether nothing in a module uses what an import binds: it is there for its effects."""
        is_python = step.module.partition(".")[0] in sys.stdlib_module_names - {"__future__"}
        return not is_python and not module.mentions(step.bound)

    def _meaning(self, module: Module, name: str) -> str:
        binders = module.binders(name)
        if not binders:
            return builtin(name)
        if len(binders) > 1:
            return OURS
        (unit,) = binders
        if unit.is_class and not self.has_effects(module, unit):
            purity = Purity(lambda _, name: self._meaning(module, name))
            return DATA if purity.only_holds_fields(unit) else CLASS
        if not unit.is_import:
            return OURS
        (step,) = unit.imports
        if not self.holds(step.module):
            return step.meaning
        file = self.file(step.module)
        if step.name is None or file is None or not self.module(file).binders(step.name):
            return OURS
        return self._meaning(self.module(file), step.name)

    def _is_file(self, path: str) -> bool:
        return (self.root / path).is_file() if self._all is None else path in self._all

    def _find(self, name: str) -> str | None:
        path = "/".join(name.split(".")[1:])
        for file in (f"{path}/__init__.py".lstrip("/"), f"{path}.py"):
            if self._is_file(file):
                return file
        return None


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Hide new objects from Python's garbage collector for as long as the process lives.

    It would traverse all syntax trees again and again, which takes a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@cache
def package(root: Path) -> Package:
    """The package at `root`, read once per process."""
    return Package(root)
