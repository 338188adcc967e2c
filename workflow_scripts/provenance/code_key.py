"""The code key of a step: one digest of the script and of every project module that it imports.

Snakemake never sees an edit of an imported module, and reruns a script that was merely touched.
With this key among a rule's params, a real edit reruns exactly the steps that import it, and a
comment, a docstring or a reformat reruns nothing.
"""

import ast
import hashlib
from collections.abc import Mapping
from functools import cache
from modulefinder import ModuleFinder
from pathlib import Path

from workflow_scripts.errors import UserError

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
        total.update(f"{module.relative_to(PACKAGE).as_posix()} {_tree_digest(module)}\n".encode())
    for text in sorted(texts):
        total.update(f"{text} {_text_digest(PACKAGE / text)}\n".encode())
    return total.hexdigest()[:16]


@cache
def closure(script: str) -> tuple[Path, ...]:
    """All files of the package that `script` imports, directly or not, itself included; sorted."""
    path = PACKAGE / script
    _read(path)
    finder = ModuleFinder(path=[str(PACKAGE.parent)])
    finder.run_script(str(path))
    files = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    return tuple(sorted(file for file in files if file.stat().st_size or file == path))


@cache
def _tree_digest(module: Path) -> str:
    return tree_digest(_read(module).decode("utf-8"))


def _text_digest(text: Path) -> str:
    content = _read(text)
    if text.suffix == ".py":
        content = ast.unparse(ast.parse(content)).encode("utf-8")
    return hashlib.sha256(content).hexdigest()


def tree_digest(source: str) -> str:
    """SHA-256 of Python `source` that ignores comments, layout and every bare string statement.

    Bare strings are docstrings, also those under the fields of a settings class.
    """
    tree = ast.parse(source)
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
