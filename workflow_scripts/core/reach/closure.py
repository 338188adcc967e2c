"""What a step's `main` can reach: the units of the package that may affect what it does.

A unit reaches whatever binds a name that occurs in it, whatever the scope of the name. An import
inside a function counts once the function is reached. A module that is used as an object counts as
a whole. Statements that may do more than bind their names count wherever their module is imported.
In a union of kinds, if the job's settings choose from it, only those members count that they, or a
string in the reached code, name; a member that is mentioned anywhere else counts like any class.

Every job computes its key once more to compare it. This code decides whether the job runs, never
what comes out of it, so where only the comparison reaches it, it does not count.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from workflow_scripts.core.reach.names import Names
from workflow_scripts.core.reach.package import Package
from workflow_scripts.core.reach.unions import KIND, Use, without
from workflow_scripts.core.reach.units import Import, Module, Unit

OWN = ("core/code_key.py", "core/reach/")
"""The code that computes keys. Importing it has no effects, and it changes nothing outside."""
COMPARES = "core/loaded_code.py"
"""The file that compares a job's key with its code: it stops the job or returns nothing."""


@dataclass(frozen=True)
class Closure:
    """The units that a step reaches."""

    modules: tuple[tuple[Module, tuple[Unit, ...]], ...]
    """Modules in import order, with their units in source order."""
    left_out: dict[Unit, dict[Use, Unit]]
    """For units with a union of kinds: the members that no setting names, and their classes."""
    files: tuple[str, ...]
    """All imported files, and others, in which nothing is reached."""
    libraries: tuple[str, ...]
    """Imported modules of libraries, without the standard library."""

    @cached_property
    def sources(self) -> dict[str, str]:
        """The text of each unit by `file:name`, without comments and without excluded kinds.

        The second of a name is `name (2)`.
        """
        texts: dict[str, str] = {}
        for module, units in self.modules:
            times: Counter[str] = Counter()
            for unit in units:
                times[unit.name] += 1
                again = f" ({times[unit.name]})" if times[unit.name] > 1 else ""
                out = self.left_out.get(unit)
                text = ast.unparse(without(unit.node, set(out))) if out else unit.text
                texts[f"{module.file}:{unit.name}{again}"] = text
        return texts


def closure_of(
    package: Package, script: str, kinds: frozenset[str] | None, documented: bool
) -> Closure:
    """What the script `script`, a path in the package, reaches with settings that name `kinds`.

    If `kinds` does not contain "kind", every member counts of a union of which it names none. With
    `documented` the units of the script's folder keep their docstrings.
    """
    search = _Search(package, script, kinds, documented)
    search.run()
    return search.closure()


@cache
def names_of(package: Package) -> Names:
    """What names in a package refer to, worked out once per process."""
    return Names(package)


def is_own(file: str | None) -> bool:
    """Whether a file of the package is part of the code that computes keys."""
    return file is not None and file.startswith(OWN)


class _Search:
    def __init__(
        self, package: Package, script: str, kinds: frozenset[str] | None, documented: bool
    ) -> None:
        self.package, self.script, self.kinds = package, script, kinds or frozenset()
        self.names = names_of(package)
        self.documented = documented
        self.named = set(self.kinds)
        self.imported: dict[str, None] = {}
        self.libraries: set[str] = set()
        self.reached: dict[Unit, Module] = {}
        self.ahead: list[Unit] = []
        self.waiting: dict[tuple[Unit, Use], Unit] = {}
        """Members of unions that nothing has named so far, with their classes."""
        self.late: set[str] = set()
        """Files that are imported inside functions."""

    def run(self) -> None:
        self.import_file(self.script)
        module = self.module(self.script)
        roots = [unit for unit in module.units if unit.is_main or "main" in unit.binds]
        for unit in roots or module.units:
            self.reach(module, unit)
        while self.ahead:
            unit = self.ahead.pop()
            self.follow(self.reached[unit], unit)
            self.named |= unit.strings
            if not self.ahead:
                self.let_in()

    def module(self, file: str) -> Module:
        # Called a hundred thousand times in a plan: folders are compared as text.
        beside = self.documented and file.rpartition("/")[0] == self.script.rpartition("/")[0]
        return self.package.module(file, beside)

    def import_file(self, file: str) -> None:
        """Follow what runs when a file is imported: its imports, and statements with effects."""
        if file in self.imported:
            return
        self.imported[file] = None
        module = self.module(file)
        for step in module.imports:
            if not (file == COMPARES and is_own(self.package.file(step.module))):
                self.execute(step)
        for unit in module.units:
            if self.package.has_effects(module, unit):
                self.reach(module, unit)

    def execute(self, step: Import) -> tuple[str, ...]:
        """Follow an import; return the files of the package that it runs."""
        if not self.package.holds(step.module):
            if step.module.partition(".")[0] not in sys.stdlib_module_names:
                self.libraries.add(step.module)
            return ()
        files = self.package.executed(step)
        for file in files:
            self.import_file(file)
        return files

    def reach(self, module: Module, unit: Unit) -> None:
        """A unit counts, in the version of its module that is used; another's main block never."""
        if unit.is_main and module.file != self.script:
            return
        used = self.module(module.file)
        module, unit = used, used.units[module.units.index(unit)]
        if unit not in self.reached:
            self.reached[unit] = module
            self.ahead.append(unit)

    def reach_all(self, units: Mapping[Unit, Module]) -> None:
        for unit, module in units.items():
            if unit not in self.reached:
                self.reach(module, unit)

    def follow(self, module: Module, unit: Unit) -> None:
        """Follow everything that a unit mentions."""
        if not unit.imports_at_once:
            for step in unit.imports:
                self.late.update(self.execute(step))
        found = self.names.of_unit(module, unit)
        if module.file == COMPARES:
            found = {unit: module for unit, module in found.items() if not is_own(module.file)}
        self.reach_all(found)
        for union in unit.unions:
            members = {use: self.package.the_class(module, use) for use in union}
            chosen = self.is_chosen(member for member in members.values() if member is not None)
            for use, member in members.items():
                if chosen and member is not None and member.kinds:
                    self.waiting[unit, use] = member
                else:
                    self.reach_all(self.names.of_use(module, unit, use))

    def is_chosen(self, members: Iterable[Unit]) -> bool:
        """Whether the settings say which members of a union are used.

        Settings that name any kind name all of theirs. Others may belong to a step that takes its
        kinds from elsewhere, unless they name a member of this very union, such as a data set.
        """
        if KIND in self.kinds:
            return True
        return any(member.kinds & self.kinds for member in members)

    def let_in(self) -> None:
        """Reach the members of unions that have been named by now, or were reached otherwise."""
        for (unit, use), member in list(self.waiting.items()):
            if member.kinds & self.named or member in self.reached:
                del self.waiting[unit, use]
                self.reach_all(self.names.of_use(self.reached[unit], unit, use))

    def closure(self) -> Closure:
        units: dict[str, set[Unit]] = {}
        for unit, module in self.reached.items():
            units.setdefault(module.file, set()).add(unit)
        order = tuple(self.order())
        left_out: dict[Unit, dict[Use, Unit]] = {}
        for (unit, use), member in self.waiting.items():
            left_out.setdefault(unit, {})[use] = member
        chosen = [
            (module, tuple(unit for unit in module.units if unit in units[module.file]))
            for module in map(self.module, order)
            if module.file in units
        ]
        return Closure(tuple(chosen), left_out, order, tuple(sorted(self.libraries)))

    def order(self) -> Iterable[str]:
        """All imported files, each after its own imports; those imported in functions last."""
        listed: dict[str, None] = {}
        for file in [self.script, *sorted(self.late)]:
            self.list_imports(file, listed, set())
        return listed

    def list_imports(self, file: str, listed: dict[str, None], open_: set[str]) -> None:
        if file in listed or file in open_:
            return
        open_.add(file)
        for step in self.module(file).imports:
            if self.package.holds(step.module):
                for inner in self.package.executed(step):
                    self.list_imports(inner, listed, open_)
        listed[file] = None
