"""What a file may import is found without taking it apart, and nothing is overlooked."""

import pytest

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.reach.closure import closure_of
from workflow_scripts.core.reach.package import Package
from workflow_scripts.operation.verification.may_import import MayImport

FILES = ("__init__.py", "a.py", "b/__init__.py", "b/c.py", "b/d.py", "b/e/f.py", "b/e/words.txt")


def files(text):
    """What a file with this text may import, without itself."""
    contents = dict.fromkeys(FILES, b"") | {"first.py": text.encode()}
    return {file for file in MayImport(contents, "ours").files("first.py") if file != "first.py"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import os\nfrom theirs.ours import a", set()),
        ("a = ours.b", set()),
        ("import ours.a as a", {"__init__.py", "a.py"}),
        ("import os, ours.a as a", {"__init__.py", "a.py"}),
        ("from ours.a import name", {"__init__.py", "a.py"}),
        ("from ours.b.c import name", {"__init__.py", "b/__init__.py", "b/c.py"}),
        ("def f():\n    from ours.b.c import name", {"__init__.py", "b/__init__.py", "b/c.py"}),
        ("from \\\n  ours . b \\\n . c import name", {"__init__.py", "b/__init__.py", "b/c.py"}),
        ("from ours.b import (\n    c,\n)", {"__init__.py", *FILES[2:6]}),
        ("from ours import a", set(FILES[:6])),
        ("from ours.none import a", {"__init__.py"}),
    ],
)
def test_imports(text, found):
    assert files(text) == found


def test_imports_of_imports():
    contents = {"a.py": b"import ours.b as b", "b.py": b"from ours.c import d", "c.py": b""}
    contents |= {"__init__.py": b"", "d.py": b""}
    assert MayImport(contents, "ours").files("a.py") == {"a.py", "b.py", "c.py", "__init__.py"}


def scripts():
    """All files of the package with a `main`, by their paths in it."""
    found = (path for path in PACKAGE.rglob("*.py") if "\ndef main(" in path.read_text())
    return sorted(path.relative_to(PACKAGE).as_posix() for path in found)


@pytest.mark.thorough
def test_nothing_is_imported_that_was_not_found():
    contents = {
        path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in PACKAGE.rglob("*.py")
    }
    may_import = MayImport(contents, PACKAGE.name)
    package = Package(PACKAGE)
    for script in scripts():
        assert set(closure_of(package, script, None, False).files) <= may_import.files(script)
