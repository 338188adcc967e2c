"""Which top-level statements may have effects beyond binding their names.

Such a statement counts wherever its module is imported, even if nothing mentions it: it may
register, patch, seed or switch something. What counts as free of effects is a short, exact list;
operators, attributes and validated types of this package are assumed to be free of effects too.
"""

import ast
from collections.abc import Callable, Iterable

from workflow_scripts.core.reach.units import Unit

CALLS = frozenset(
    {
        "abc.abstractmethod",
        "builtins.classmethod",
        "builtins.object",
        "builtins.property",
        "builtins.range",
        "builtins.slice",
        "builtins.staticmethod",
        "contextlib.contextmanager",
        "dataclasses.dataclass",
        "dataclasses.field",
        "enum.auto",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "pathlib.Path",
        "pydantic.AfterValidator",
        "pydantic.BeforeValidator",
        "pydantic.ConfigDict",
        "pydantic.Field",
        "pydantic.TypeAdapter",
        "pydantic.field_validator",
        "pydantic.model_validator",
        "re.compile",
        "torch.no_grad",
        "typing.NewType",
        "typing.TypeVar",
    }
)
"""Calls and decorators without effects other than their result."""
GATHERERS = frozenset(
    {f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple")}
)
"""The same, if everything they iterate over is written out on the spot."""
BASES = frozenset(
    {
        "abc.ABC",
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "pydantic.BaseModel",
        "typing.Generic",
        "typing.NamedTuple",
        "typing.Protocol",
        "typing.TypedDict",
    }
)
"""Library classes that do not register their subclasses."""
BUILTINS = frozenset(
    {
        *("bool", "bytes", "complex", "float", "int", "object", "str", "type"),
        *("dict", "frozenset", "list", "range", "set", "slice", "tuple"),
        *("classmethod", "property", "staticmethod"),
        *("Exception", "KeyError", "LookupError", "OSError", "RuntimeError", "TypeError"),
        *("ValueError", "Warning"),
    }
)
"""Built-in names that are known here."""
OURS = "ours"
CLASS = "a class of the package"
DATA = "a class of the package that only holds fields"

Meaning = Callable[[Unit, str], str]
"""The meaning of a name in a unit: `library.name`, `builtins.name`, CLASS, DATA or OURS."""
_LIBRARY_DATA = frozenset({"abc.ABC", "pydantic.BaseModel"})
_PLAIN = frozenset({"builtins.classmethod", "builtins.property", "builtins.staticmethod"})


class Purity:
    """Judges statements; `meaning` looks up names."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning

    def is_pure(self, unit: Unit) -> bool:
        """Whether the statement only binds its names. Not meant for imports."""
        return unit.is_main or self._statement(unit, unit.node)

    def only_holds_fields(self, unit: Unit) -> bool:
        """Whether creating an instance of a class, which is_pure, runs no code of the package.

        Such an instance may be the default of a field in another settings class.
        """
        node = unit.node
        if not isinstance(node, ast.ClassDef):
            return False
        names = {self._named(unit, base) for base in node.bases}
        return names <= {DATA, *_LIBRARY_DATA} and all(
            map(self._is_field_or_method(unit), node.body)
        )

    def _is_field_or_method(self, unit: Unit) -> Callable[[ast.stmt], bool]:
        def judged(line: ast.stmt) -> bool:
            match line:
                case ast.FunctionDef(name=name, decorator_list=decorators):
                    special = name.startswith("__") or name.startswith("model_")
                    plain = all(self._named(unit, each) in _PLAIN for each in decorators)
                    return plain and not special
                case ast.AnnAssign(value=ast.Call(keywords=words)):
                    return not any(word.arg == "default_factory" for word in words)
            return isinstance(line, (ast.AnnAssign, ast.Assign, ast.Expr, ast.Pass))

        return judged

    def _statement(self, unit: Unit, node: ast.stmt) -> bool:
        match node:
            case ast.Pass() | ast.Import() | ast.ImportFrom():
                return True
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._function(unit, node)
            case ast.ClassDef(bases=bases, keywords=keywords, body=body):
                return (
                    self._decorators(unit, node.decorator_list)
                    and all(self._base(unit, base, body) for base in bases)
                    and self._inert(unit, [word.value for word in keywords])
                    and all(self._line(unit, line) for line in body)
                )
            case ast.Assign(targets=targets, value=value):
                return all(_binds(target, value) for target in targets) and self._inert(
                    unit, [value]
                )
            case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=value):
                return self._inert(unit, [annotation, value])
            case ast.If(test=test, body=body, orelse=orelse):
                return self._inert(unit, [test]) and all(
                    self._statement(unit, line) for line in [*body, *orelse]
                )
        return False

    def _line(self, unit: Unit, line: ast.stmt) -> bool:
        """Judge a line of a class: a bare constant is a docstring, an import would run at once."""
        if isinstance(line, (ast.Import, ast.ImportFrom)):
            return False
        is_constant = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
        return is_constant or self._statement(unit, line)

    def _function(self, unit: Unit, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        annotations = [arg.annotation for arg in every if arg is not None]
        defaults = [*given.defaults, *given.kw_defaults]
        return self._decorators(unit, node.decorator_list) and self._inert(
            unit, [*defaults, *annotations, node.returns]
        )

    def _decorators(self, unit: Unit, decorators: Iterable[ast.expr]) -> bool:
        for decorator in decorators:
            call = isinstance(decorator, ast.Call)
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._named(unit, name) not in CALLS or (
                call and not self._inert(unit, [decorator])
            ):
                return False
        return True

    def _base(self, unit: Unit, base: ast.expr, body: list[ast.stmt]) -> bool:
        root = base.value if isinstance(base, ast.Subscript) else base
        name = self._named(unit, root)
        if name.startswith("enum.") and any(map(_is_hook, body)):
            return False  # called for each member while the class is created
        known = name in BASES or name in (CLASS, DATA) or name.startswith("builtins.")
        return known and self._inert(unit, [base])

    def _inert(self, unit: Unit, expressions: Iterable[ast.expr | None]) -> bool:
        return all(self._is_inert(unit, each) for each in expressions if each is not None)

    def _is_inert(self, unit: Unit, node: ast.expr) -> bool:
        """Whether evaluating `node` has no effects."""
        match node:
            case ast.Constant() | ast.Name():
                return True
            case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
                return self._is_inert(unit, value)
            case ast.Lambda(args=given):
                return self._inert(unit, [*given.defaults, *given.kw_defaults])
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                return self._inert(unit, parts)
            case ast.BoolOp(values=parts) | ast.JoinedStr(values=parts):
                return self._inert(unit, parts)
            case ast.FormattedValue(value=value, format_spec=layout):
                return self._inert(unit, [value, layout])
            case ast.Dict(keys=keys, values=values):
                return None not in keys and self._inert(unit, [*keys, *values])
            case ast.BinOp(left=left, right=right):
                return self._inert(unit, [left, right])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._inert(unit, [test, body, orelse])
            case ast.Compare(left=left, ops=ops, comparators=others):
                searches = any(isinstance(op, (ast.In, ast.NotIn)) for op in ops)
                return not searches and self._inert(unit, [left, *others])
            case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.GeneratorExp(elt=part):
                return self._runs_through(unit, node.generators) and self._inert(unit, [part])
            case ast.DictComp(key=key, value=value):
                return self._runs_through(unit, node.generators) and self._inert(unit, [key, value])
            case ast.Subscript(value=value, slice=part):
                # A dictionary class of the package may create a missing entry on access.
                return self._named(unit, value) != OURS and self._inert(unit, [part])
            case ast.Slice(lower=lower, upper=upper, step=step):
                return self._inert(unit, [lower, upper, step])
            case ast.Call(func=function, args=given, keywords=words):
                name = self._named(unit, function)
                written_out = name in GATHERERS and all(map(_is_written_out, given))
                return (name in CALLS or name == DATA or written_out) and self._inert(
                    unit, [*given, *(word.value for word in words)]
                )
        return False

    def _runs_through(self, unit: Unit, generators: Iterable[ast.comprehension]) -> bool:
        """Whether a comprehension consumes no iterator that other code shares."""
        for generator in generators:
            source = generator.iter
            is_range = isinstance(source, ast.Call) and (
                self._named(unit, source.func) == "builtins.range"
            )
            if not (is_range or _is_display(source)):
                return False
            if not self._inert(unit, [source, *generator.ifs]):
                return False
        return True

    def _named(self, unit: Unit, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return OURS if node.id in _local(unit) else self._meaning(unit, node.id)
        if isinstance(node, ast.Attribute):
            root = self._named(unit, node.value)
            return OURS if root in (OURS, CLASS, DATA) else f"{root}.{node.attr}"
        return OURS


def builtin(name: str) -> str:
    """The meaning of a name that nothing in the module binds."""
    return f"builtins.{name}" if name in BUILTINS else OURS


def _local(unit: Unit) -> set[str]:
    """Names that a statement binds in its own scope, which may hide those of the module."""
    return unit.stored - unit.binds


def _binds(target: ast.expr, value: ast.expr) -> bool:
    """Whether an assignment binds names without iterating over anything."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return all(isinstance(each, ast.Name) for each in target.elts)
    return isinstance(target, ast.Name)


def _is_written_out(node: ast.expr) -> bool:
    """Whether an iterable is written out; that of a comprehension is judged separately."""
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    return _is_display(node) or isinstance(node, comprehensions)


def _is_hook(line: ast.stmt) -> bool:
    return isinstance(line, ast.FunctionDef) and line.name.startswith("_")


def _is_display(node: ast.expr) -> bool:
    return isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Constant))
