"""Small packages on disk, in two versions that differ in one number."""

import importlib
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.core.code_key import hashed
from workflow_scripts.core.reach.closure import Closure, closure_of
from workflow_scripts.core.reach.package import Package

NAME = "toy"


def write(folder: Path, files: dict[str, str]) -> Package:
    """Write the files of a package below `folder`, each by its path in it."""
    root = folder / NAME
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).strip() + "\n")
        for place in (file.parent, root):
            (place / "__init__.py").touch()
    return Package(root)


def split(text: str) -> dict[str, str]:
    """Files from one text in which `--- path` begins each; what comes first is `step.py`."""
    first, *others = textwrap.dedent(text).split("--- ")
    files = {"step.py": first}
    for other in others:
        path, _, content = other.partition("\n")
        files[path.strip()] = content
    return files


def versions(folder: Path, text: str) -> list[Package]:
    """The package with 1 and with 2 for `§`."""
    return [
        write(folder / version, {p: t.replace("§", version) for p, t in split(text).items()})
        for version in "12"
    ]


def closure(package: Package, *kinds: str) -> Closure:
    """What `step.py` reaches."""
    return closure_of(package, "step.py", frozenset(kinds), documented=False)


def key(package: Package, *kinds: str) -> str:
    """The key of `step.py`, without the texts."""
    found = closure(package, *kinds)
    return hashed({**found.sources, "libraries": "\n".join(found.libraries)})


def result(package: Package) -> object:
    """What `main()` of `step.py` gives when the package is really imported."""
    with _importable(package.root):
        return importlib.import_module(f"{NAME}.step").main()


@contextmanager
def _importable(root: Path) -> Iterator[None]:
    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
            del sys.modules[name]
        importlib.invalidate_caches()

    forget()
    sys.path.insert(0, str(root.parent))
    try:
        yield
    finally:
        sys.path.remove(str(root.parent))
        forget()
