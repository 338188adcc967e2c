"""Unions of kinds: settings whose members are discriminated by `kind: Literal["…"]`.

A job that names a kind needs no other member. Two forms are recognised:

    Annotated[A | B, Field(discriminator="kind")]
    field: A | B = Field(discriminator="kind")
"""

import ast
import copy

Use = tuple[str, str | None]
"""A name and, if it is followed by a dot, the attribute read from it."""

KIND = "kind"


def kinds_of(node: ast.stmt) -> frozenset[str]:
    """The kinds of a settings class, from the annotation of its field `kind`; may be empty."""
    if isinstance(node, ast.ClassDef):
        for line in node.body:
            match line:
                case ast.AnnAssign(
                    target=ast.Name(id="kind"),
                    annotation=ast.Subscript(value=ast.Name(id="Literal"), slice=literal),
                ):
                    named = literal.elts if isinstance(literal, ast.Tuple) else [literal]
                    return frozenset(
                        each.value
                        for each in named
                        if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    )
    return frozenset()


def union_in(node: ast.AST) -> ast.expr | None:
    """The union of kinds that `node` declares, or None."""
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Tuple) and _called(node.value) == "Annotated":
            first, *facts = node.slice.elts
            if any(map(_tells_kinds, facts)):
                return first
    elif isinstance(node, ast.AnnAssign) and node.value is not None and _tells_kinds(node.value):
        return node.annotation
    return None


def members(union: ast.expr) -> tuple[list[Use], list[ast.expr]]:
    """The members of a union: those that are names, and all others."""
    parts = _parts(union)
    named = [use for use in map(_use, parts) if use is not None]
    return named, [part for part in parts if _use(part) is None]


def without(node: ast.stmt, out: set[Use]) -> ast.stmt:
    """A copy of `node` whose unions of kinds lack the members `out`."""
    return _Without(out).visit(copy.deepcopy(node))


class _Without(ast.NodeTransformer):
    def __init__(self, out: set[Use]) -> None:
        self.out = out

    def generic_visit(self, node: ast.AST) -> ast.AST:
        union = union_in(node)
        if union is not None:
            kept = [part for part in _parts(union) if _use(part) not in self.out]
            joined: ast.expr = kept[0] if kept else ast.Constant(None)
            for part in kept[1:]:
                joined = ast.BinOp(joined, ast.BitOr(), part)
            if isinstance(node, ast.AnnAssign):
                node.annotation = joined
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
                node.slice.elts[0] = joined
        return super().generic_visit(node)


def _parts(union: ast.expr) -> list[ast.expr]:
    """`A | B`, `Union[A, B]` and `Optional[A]`, however nested, as a list."""
    if isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        return _parts(union.left) + _parts(union.right)
    if isinstance(union, ast.Subscript) and _called(union.value) in ("Union", "Optional"):
        inner = union.slice.elts if isinstance(union.slice, ast.Tuple) else [union.slice]
        return [part for each in inner for part in _parts(each)]
    return [union]


def _use(part: ast.AST) -> Use | None:
    match part:
        case ast.Name(id=name):
            return name, None
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name, attribute
    return None


def _called(node: ast.expr) -> str | None:
    use = _use(node)
    return None if use is None else use[1] or use[0]


def _tells_kinds(fact: ast.expr) -> bool:
    return isinstance(fact, ast.Call) and any(
        word.arg == "discriminator"
        and isinstance(word.value, ast.Constant)
        and word.value.value == KIND
        for word in fact.keywords
    )
