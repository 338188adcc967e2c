"""A module split into units: its top-level statements, with imports split into single names.

A class is one unit, because libraries call methods by name. Bare strings (docstrings) are removed.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from workflow_scripts.core.reach.refused import WATCHED, Guard
from workflow_scripts.core.reach.unions import Use, kinds_of, members, union_in

MAIN = "__main__"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_WORDS = re.compile(r"\w\s+\w")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


class Import(NamedTuple):
    """One name that an import binds: `from module import name as bound`."""

    module: str
    name: str | None
    """None if the module itself is bound."""
    bound: str

    @property
    def meaning(self) -> str:
        """The dotted name of what is bound: `import a.b` binds a."""
        if self.name is not None:
            return f"{self.module}.{self.name}"
        door = self.module.partition(".")[0]
        return door if self.bound == door else self.module


class Unit:
    """One top-level statement, or one name of an import."""

    def __init__(self, node: ast.stmt, name: str, binds: set[str]) -> None:
        self.node = node
        self.name = name
        """Its name in messages: the name that it binds, or the beginning of its text."""
        self.binds = binds
        """Names that it may bind in its module."""
        self.uses: set[Use] = set()
        """Names that it mentions anywhere, each with the attribute read from it, if any.

        Only names that are bound by its module, or by an import inside the unit.
        """
        self.stored: set[str] = set()
        """Names that are bound anywhere in it, including the scopes of its functions."""
        self.imports: list[Import] = []
        self.unions: list[list[Use]] = []
        """Members of its unions of kinds; they are not part of `uses`."""
        self.strings: set[str] = set()
        self.kinds = kinds_of(node)
        self.is_main = _is_main(node)
        self.imports_at_once = not isinstance(node, _DEFINITIONS) and not self.is_main
        """Whether its imports run with the module rather than when a function is called."""

    @cached_property
    def text(self) -> str:
        """Its source, without comments and layout."""
        return ast.unparse(self.node)

    @property
    def is_import(self) -> bool:
        """Whether it is one name of an import."""
        return isinstance(self.node, (ast.Import, ast.ImportFrom))

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)


class Module:
    """The units of one file, by the names that they bind."""

    def __init__(self, file: str, units: list[Unit]) -> None:
        self.file = file
        self.units = units
        self.imports = [step for u in units if u.imports_at_once for step in u.imports]
        """What is imported with the module, in order."""
        self._binders: dict[str, list[Unit]] = defaultdict(list)
        self._mentions: set[str] = set()
        for unit in units:
            for name in unit.binds:
                self._binders[name].append(unit)
            self._mentions.update(name for name, _ in chain(unit.uses, *unit.unions))
        for unit in units:  # all other names are built-in or local to a function
            known = {step.bound for step in unit.imports}
            unit.uses = {use for use in unit.uses if use[0] in self._binders or use[0] in known}

    def binders(self, name: str) -> list[Unit]:
        """The units that may bind `name` in this module, in source order."""
        return self._binders.get(name, [])

    def mentions(self, name: str) -> bool:
        """Whether any unit uses `name`; the import that binds it does not count."""
        return name in self._mentions


def take_apart(source: bytes, file: str, package: str, documented: bool = False) -> Module:
    """The module with the text `source`; `package` is the name of the package it belongs to.

    UserError names the line of a refused construct. With `documented`, docstrings stay.
    """
    guard = Guard(file, package)
    units = []
    for node, binds in _statements(ast.parse(source).body, documented):
        unit = Unit(node, _name(node, binds), binds)
        _examine(unit, guard, documented)
        guard.check_names(unit.binds)
        units.append(unit)
    return Module(file, units)


def _statements(body: list[ast.stmt], documented: bool) -> Iterator[tuple[ast.stmt, set[str]]]:
    for node in body:
        if _is_bare_string(node):
            continue
        if isinstance(node, ast.If) and _is_for_type_checkers(node.test):
            yield from _statements(node.orelse, documented)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield _one_of(node, alias), {_bound(node, alias)}
        else:
            yield node, set(_bindings(node))


def _one_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(node, ast.Import):
        one: ast.stmt = ast.Import([alias])
    else:
        one = ast.ImportFrom(node.module, [alias], node.level)
    return ast.copy_location(one, node)


def _bound(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    whole = isinstance(node, ast.Import) and not alias.asname
    return alias.name.partition(".")[0] if whole else alias.asname or alias.name


def _bindings(node: ast.AST) -> Iterator[str]:
    """Names that a statement binds in its module, except those that functions declare global."""
    ahead = [node]
    while ahead:
        inner = ahead.pop()
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield inner.name
                continue
            case ast.Lambda():
                continue
            case ast.comprehension(iter=iterated, ifs=conditions):
                ahead += [iterated, *conditions]  # its target is local to it
                continue
            case ast.Import() | ast.ImportFrom():
                yield from (_bound(inner, alias) for alias in inner.names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name
        ahead.extend(ast.iter_child_nodes(inner))


def _name(node: ast.stmt, binds: set[str]) -> str:
    if isinstance(node, _DEFINITIONS):
        return node.name
    if _is_main(node):
        return MAIN
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return f"import {min(binds)}"
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and binds:
        return ", ".join(sorted(binds))
    first, *more = ast.unparse(node).splitlines()
    return f"{first[:60]}{' …' if more or len(first) > 60 else ''}"


def _examine(unit: Unit, guard: Guard, documented: bool) -> None:
    """Collect what the unit mentions and remove bare strings, in a single walk."""
    ahead: list[ast.AST] = [unit.node]
    apart: set[ast.AST] = set()
    while ahead:
        node = ahead.pop()
        kind = type(node)
        if node in apart:
            continue
        if kind in WATCHED:
            guard.check(node)
        if isinstance(node, ast.Name):
            unit.uses.add((node.id, None))
            if type(node.ctx) is not ast.Load:
                unit.stored.add(node.id)
        elif isinstance(node, ast.Attribute) and type(node.value) is ast.Name:
            unit.uses.add((node.value.id, node.attr))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                _read_string(unit, node.value)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            unit.imports += _imports(node)
            unit.stored.update(_bound(node, alias) for alias in node.names)
        else:
            if kind in _NOTED:
                _note(unit, node, ahead, apart)
            if not documented and isinstance(body := getattr(node, "body", None), list):
                kept = [line for line in body if not _is_bare_string(line)]
                node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
            for field in node._fields:
                value = getattr(node, field, None)
                if isinstance(value, list):
                    ahead += [each for each in value if isinstance(each, ast.AST)]
                elif isinstance(value, ast.AST):
                    ahead.append(value)


_NOTED = (*_DEFINITIONS, ast.arg, ast.Global, ast.Subscript, ast.AnnAssign)


def _note(unit: Unit, node: ast.AST, ahead: list[ast.AST], apart: set[ast.AST]) -> None:
    """Note other ways to bind or mention names: definitions, `global`, unions of kinds."""
    if isinstance(node, _DEFINITIONS):
        unit.stored.add(node.name)
    elif isinstance(node, ast.arg):
        unit.stored.add(node.arg)
    elif isinstance(node, ast.Global):
        unit.uses.update((name, None) for name in node.names)
        unit.binds.update(node.names)
    elif (union := union_in(node)) is not None:
        named, others = members(union)
        unit.unions.append(named)
        apart.add(union)
        ahead += others


def _imports(node: ast.Import | ast.ImportFrom) -> list[Import]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return [Import(module, alias.name, alias.asname or alias.name) for alias in node.names]
    return [Import(alias.name, None, _bound(node, alias)) for alias in node.names]


def _read_string(unit: Unit, text: str) -> None:
    """Note the names in a string, which may be an annotation or a query with @name.

    A string in which words follow each other is neither.
    """
    unit.strings.add(text)
    if "[" in text or "@" in text or not _WORDS.search(text):
        unit.uses.update((name, None) for name in _IDENTIFIER.findall(text))


def _is_bare_string(line: ast.AST) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


def _is_for_type_checkers(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING"):
            return True
        case ast.Attribute(value=ast.Name(id="typing"), attr="TYPE_CHECKING"):
            return True
    return False


def _is_main(node: ast.stmt) -> bool:
    match node:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value="__main__")],
            ),
            orelse=[],
        ):
            return True
    return False
