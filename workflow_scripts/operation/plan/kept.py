"""What was counted of jobs, kept from one plan to the next: counting builds their networks."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json, write_json
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.work import Cfg, Wildcards, members_of

PATH = Path(".snakemake/plan/counted.json")
PACKAGE = Path(__file__).parents[2]
COUNTING = ("core", "learning", "studies")
"""The parts of the package that say what a job counts."""

Numbers = list[Any]
_numbers: dict[str, Numbers] = {}


def once(
    what: str, rule: str, cfg: Cfg, wildcards: Wildcards, count: Callable[[], Numbers]
) -> Numbers:
    """`count()`, or what it was for a job of the same rule, settings and number of seeds."""
    sizes = {
        name: members_of(wildcards) if name == "seeds" else value
        for name, value in wildcards.items()
    }
    key = json.dumps([what, rule, dict(cfg), sizes], sort_keys=True, default=str)
    if key not in _numbers:
        _numbers[key] = count()
    return _numbers[key]


@contextmanager
def kept(path: Path = PATH) -> Iterator[None]:
    """Begin with what earlier plans of the same code counted, and add to it at the end."""
    digest, before = _digest(), len(_numbers)
    with suppress(UserError, OSError, ValueError):
        found: Mapping[str, Any] = read_json(path)
        if found.get("code") == digest:
            _numbers.update(found["numbers"])
            before = len(_numbers)
    yield
    if len(_numbers) > before:
        with suppress(OSError, UserError):
            write_json(path, {"code": digest, "numbers": _numbers})


def _digest() -> str:
    """Of the code that counts, and of what it counts with."""
    found = hashlib.sha256(version("torch").encode())
    for part in COUNTING:
        for file in sorted((PACKAGE / part).rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()
