"""Edits of source text: some mean nothing to a job, others are new code to all that reach it."""

import ast
import re
from collections.abc import Callable


def with_comments(source: str) -> str:
    """The same code with comments and other spacing."""
    spaced = source.replace("\n\n\n", "\n\n\n\n# Another.\n")
    return f"# A comment.\n\n\n{spaced}\n# The last.\n"


def with_another_docstring(source: str) -> str:
    """The same code with other words in every docstring."""
    return re.sub(r'^( *""")(?=\S)', r"\1Once more:\n\n", source, flags=re.MULTILINE)


def with_changed_definitions(source: str) -> str:
    """Every function and class has a statement more that does nothing: other code, same results.

    So a job sees it whether code is told apart by file or by definition. A statement at the end of
    the module would be no part of what a definition can reach.
    """
    lines = source.splitlines(keepends=True)
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, definitions)]
    if not found:
        raise ValueError("there is no function and no class to change")
    # From below, so that line numbers above stay right.
    for node in sorted(found, key=lambda node: node.body[0].lineno, reverse=True):
        first = node.body[0]
        if first.lineno == node.lineno:
            raise ValueError(f"line {first.lineno}: a body on the line of its definition")
        decorators = getattr(first, "decorator_list", [])
        start = min([first.lineno, *(each.lineno for each in decorators)])
        documented = ast.get_docstring(node, clean=False) is not None
        lines.insert(
            first.end_lineno if documented else start - 1, f"{' ' * first.col_offset}pass\n"
        )
    return "".join(lines)


def replaced(old: str, new: str) -> Callable[[str], str]:
    """An edit that replaces the first `old`."""
    return lambda text: text.replace(old, new, 1)
