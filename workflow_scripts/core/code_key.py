"""The code key of a step: one digest of the script and of every project module that it imports.

Snakemake never sees an edit of an imported module, and reruns a script that was merely touched.
With this key among a rule's params, a real edit reruns exactly the steps that import it, and a
comment, a docstring or a reformat reruns nothing.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workflow_scripts.core.errors import UserError

PACKAGE = Path(__file__).resolve().parent.parent


def code_keys(script: str, *texts: str) -> dict[str, str]:
    """A rule's `code` parameter: the key under the names of the files that it was asked for.

    So a record of it can be computed again from today's tree.
    """
    return {" + ".join([script, *texts]): code_key(script, *texts)}


def recomputed(keys: Mapping[str, str]) -> dict[str, str]:
    """Today's values of a recorded `code` parameter; a missing file gives the key "missing"."""
    found = {}
    for files in keys:
        try:
            found[files] = code_key(*files.split(" + "))
        except UserError:
            found[files] = "missing"
    return found


def code_key(script: str, *texts: str) -> str:
    """Digest of `script` (a path inside the package), its import closure and the files `texts`.

    Sixteen hexadecimal digits. Project modules count by their syntax tree without docstrings
    (`ast.unparse` is the same on Python 3.11 to 3.13), `texts` (templates and the like) by bytes;
    modules among them, whose docstrings are results, by their syntax tree with docstrings.
    Not seen: imports by computed name, which the package therefore does not use.
    """
    total = hashlib.sha256()
    for module in closure(script):
        digest = _module(module).digest
        total.update(f"{module.relative_to(PACKAGE).as_posix()} {digest}\n".encode())
    for text in sorted(texts):
        total.update(f"{text} {_text_digest(PACKAGE / text)}\n".encode())
    return total.hexdigest()[:16]


@cache
def closure(script: str) -> tuple[Path, ...]:
    """All files of the package that `script` imports, directly or not, itself included; sorted."""
    path = PACKAGE / script
    found, ahead = set(), {path}
    while ahead:
        module = ahead.pop()
        found.add(module)
        ahead |= _module(module).imports - found
    return tuple(sorted(file for file in found if file.stat().st_size or file == path))


class _Module(NamedTuple):
    """What a file is for keys: its digest, and the files of the package that it names."""

    digest: str
    imports: frozenset[Path]


@cache
def _module(path: Path) -> _Module:
    """Each file is read and parsed once, however many scripts import it."""
    tree = ast.parse(_read(path))
    names = [name for node in ast.walk(tree) for name in _imported(node, path)]
    return _Module(_digest(tree), frozenset(file for name in names for file in _files(name)))


def _imported(node: ast.AST, module: Path) -> list[str]:
    """Dotted names that an import may load, wherever in the module it stands."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = module.relative_to(PACKAGE.parent).parts[: -node.level] if node.level else ()
    start = ".".join([*package, *filter(None, [node.module])])
    return [start, *(f"{start}.{alias.name}" for alias in node.names)]


def _files(name: str) -> Iterator[Path]:
    """The files of the package that importing a dotted name runs."""
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return
    for end in range(1, len(parts) + 1):
        place = PACKAGE.parent.joinpath(*parts[:end])
        yield from filter(Path.is_file, (place / "__init__.py", place.with_suffix(".py")))


def _text_digest(text: Path) -> str:
    content = _read(text)
    if text.suffix == ".py":
        content = ast.unparse(ast.parse(content)).encode("utf-8")
    return hashlib.sha256(content).hexdigest()


def tree_digest(source: str) -> str:
    """SHA-256 of Python `source` that ignores comments, layout and every bare string statement.

    Bare strings are docstrings, also those under the fields of a settings class.
    """
    return _digest(ast.parse(source))


def _digest(tree: ast.Module) -> str:
    """The same of a tree, which it strips."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_bare_string(line)] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode("utf-8")).hexdigest()


def _is_bare_string(line: ast.AST) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: a rule names it as its code") from error
