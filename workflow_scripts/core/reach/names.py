"""What a name in a unit refers to: whatever may bind it, through imports and modules as objects."""

from collections.abc import Iterator

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.package import Package
from workflow_scripts.core.reach.unions import Use
from workflow_scripts.core.reach.units import Import, Module, Unit

FACTS = frozenset({"__doc__", "__file__", "__name__", "__package__"})
"""Names that every module has without binding them."""

Place = tuple[Module, Unit]
"""A unit and the module that it is of."""


class Names:
    """Looks names up for all units of a package, each once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._known: dict[Unit, dict[Unit, Module]] = {}

    def of_unit(self, module: Module, unit: Unit) -> dict[Unit, Module]:
        """The units, with their modules, that all names in a unit refer to, except in unions."""
        if unit not in self._known:
            found: dict[Unit, Module] = {}
            for use in unit.uses:
                found.update(self.of_use(module, unit, use))
            if unit.is_class:  # an import in a class body binds an attribute
                for step in unit.imports:
                    found.update(_by_unit(self._import(step, None, set())))
            self._known[unit] = found
        return self._known[unit]

    def of_use(self, module: Module, unit: Unit, use: Use) -> dict[Unit, Module]:
        """The units that one name in a unit refers to."""
        name, attribute = use
        found: dict[Unit, Module] = {}
        for step in unit.imports:
            if step.bound == name and not unit.is_import:
                found.update(_by_unit(self._import(step, attribute, set())))
        found.update(_by_unit(self._binders(module, name, attribute, set())))
        return found

    def _binders(
        self, module: Module, name: str, attribute: str | None, whole: set[str]
    ) -> Iterator[Place]:
        """What may bind `name` in a module; everything in `whole` modules was yielded already."""
        for unit in module.binders(name):
            yield module, unit
            for step in unit.imports:
                if step.bound == name:
                    yield from self._import(step, attribute, whole)

    def _import(self, step: Import, attribute: str | None, whole: set[str]) -> Iterator[Place]:
        """What an import binds; `attribute` is the attribute read from it, if any."""
        package = self._package
        if not package.holds(step.module):
            return
        if step.name is None:
            yield from self._module(step.module, attribute, whole)
            return
        file = package.file(step.module)
        found = False
        if file is not None:
            found = bool(package.module(file).binders(step.name))
            yield from self._binders(package.module(file), step.name, attribute, whole)
        if package.file(step.meaning) is not None:
            yield from self._module(step.meaning, attribute, whole)
        elif file is not None and not found:
            yield from self._whole(file, whole)

    def _module(self, name: str, attribute: str | None, whole: set[str]) -> Iterator[Place]:
        """An attribute of a module; a module used as an object counts as a whole."""
        file = self._package.file(name)
        if file is None or attribute in FACTS:
            return
        if file.endswith("__init__.py"):
            if attribute is None:
                raise UserError(
                    f"{file}: the code key cannot follow a package used as an object: import"
                    " its modules"
                )
            yield from self._module(f"{name}.{attribute}", None, whole)
        module = self._package.module(file)
        if attribute is not None and module.binders(attribute):
            yield from self._binders(module, attribute, None, whole)
        else:
            yield from self._whole(file, whole)

    def _whole(self, file: str, whole: set[str]) -> Iterator[Place]:
        if file in whole:
            return
        whole.add(file)
        module = self._package.module(file)
        for unit in module.units:
            yield module, unit
        for step in module.imports:
            yield from self._import(step, None, whole)


def _by_unit(places: Iterator[Place]) -> dict[Unit, Module]:
    return {unit: module for module, unit in places}
