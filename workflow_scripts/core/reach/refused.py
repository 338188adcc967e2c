"""What a step's code must not use: constructs that run code which no name in it leads to."""

import ast
from collections.abc import Iterable

from workflow_scripts.core.errors import UserError

MODULES = frozenset(
    {
        "builtins",
        "cloudpickle",
        "dill",
        "imp",
        "importlib",
        "joblib",
        "marshal",
        "pickle",
        "pkgutil",
        "runpy",
        "shelve",
    }
)
HARMLESS = frozenset({"importlib.metadata", "importlib.resources"})
FUNCTIONS = frozenset({"__import__", "compile", "eval", "exec", "globals", "locals", "vars"})
ATTRIBUTES = frozenset(
    {
        "__class_getitem__",
        "__globals__",
        "__init_subclass__",
        "__prepare__",
        "__pydantic_init_subclass__",
        "__set_name__",
        "__subclasses__",
        "_getframe",
        "currentframe",
    }
)
METHODS = ATTRIBUTES | {"__mro_entries__"}
WATCHED = frozenset(
    {
        ast.Attribute,
        ast.Call,
        ast.ClassDef,
        ast.FunctionDef,
        ast.Import,
        ast.ImportFrom,
        ast.Name,
        ast.Subscript,
    }
)
"""The types of nodes that a Guard must see."""


class Guard:
    """Checks the nodes of one file, outer nodes first."""

    def __init__(self, file: str, package: str) -> None:
        self.file, self.package = file, package
        self._asked: set[ast.AST] = set()

    def check(self, node: ast.AST) -> None:
        """UserError if the code key cannot see what `node` leads to."""
        what = self._refused(node)
        if what is not None:
            line = getattr(node, "lineno", 1)
            raise UserError(
                f"{self.file}, line {line}: the code key cannot follow {what}: import and name"
                " what is used"
            )

    def check_names(self, names: Iterable[str]) -> None:
        """UserError if a module binds `__getattr__`, which creates names dynamically."""
        if "__getattr__" in names:
            raise UserError(
                f"{self.file}: the code key cannot follow a module's __getattr__: bind each name"
            )

    def _refused(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            hides = node.id in FUNCTIONS | METHODS and node not in self._asked
            return node.id if hides else None
        if isinstance(node, ast.Attribute):
            return node.attr if node.attr in ATTRIBUTES else self._modules(node)
        if isinstance(node, (ast.Call, ast.Subscript)):
            self._allow(node)
        elif isinstance(node, ast.FunctionDef):
            return node.name if node.name in METHODS else None
        elif isinstance(node, ast.ClassDef):
            return "a metaclass" if any(k.arg == "metaclass" for k in node.keywords) else None
        elif isinstance(node, ast.Import):
            plain = [alias.name for alias in node.names if not alias.asname]
            ours = [name for name in plain if name.partition(".")[0] == self.package]
            return f"import {ours[0]}" if ours else _hidden(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            return _imported_from(node)
        return None

    def _allow(self, node: ast.Call | ast.Subscript) -> None:
        """Allow `sys.modules` only for looking up a library or the script by a literal name."""
        match node:
            case ast.Call(func=ast.Name(id="vars") as function, args=[_]):
                self._asked.add(function)  # of an object, which is named
                return
            case ast.Subscript(value=modules, slice=ast.Constant(value=str(name))):
                pass
            case ast.Call(
                func=ast.Attribute(value=modules, attr="get"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                pass
            case _:
                return
        if name.partition(".")[0] != self.package:
            self._asked.add(modules)

    def _modules(self, node: ast.Attribute) -> str | None:
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                return None if node in self._asked else "sys.modules"
        return None


def _imported_from(node: ast.ImportFrom) -> str | None:
    names = [alias.name for alias in node.names]
    if node.level or node.module is None:
        return "relative imports"
    if "*" in names:
        return "import *"
    if node.module == "sys" and "modules" in names:
        return "sys.modules"
    if node.module == "importlib":
        return _hidden(f"importlib.{name}" for name in names)
    return _hidden([node.module])


def _hidden(modules: Iterable[str]) -> str | None:
    """The first of `modules` that runs code by a computed name."""
    for name in modules:
        if name.partition(".")[0] in MODULES and name not in HARMLESS:
            return name
    return None
