"""The code key of a step: a digest of all code that its `main` can reach.

Snakemake does not notice an edit of an imported module, and it reruns a script whose timestamp
alone has changed. With this key among a rule's params, an edit of code reruns exactly the steps
that can reach it. A comment, a docstring, reformatting, a new function, or a new kind of network
that no setting of a job names reruns nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.reach.closure import Closure, closure_of
from workflow_scripts.core.reach.package import package
from workflow_scripts.core.reach.unions import KIND

PACKAGE = Path(__file__).resolve().parent.parent
DOCUMENTED = " with docstrings"
JOIN = " + "


def code_keys(
    script: str,
    *texts: str,
    kinds: frozenset[str] | None = None,
    documented: bool = False,
) -> dict[str, str]:
    """A rule's `code` parameter: the key, under the names of the files that it covers.

    With these names the key can be recomputed later from a recorded parameter.
    """
    name = JOIN.join([script + (DOCUMENTED if documented else ""), *texts])
    return {name: code_key(script, *texts, kinds=kinds, documented=documented)}


def recomputed(
    keys: Mapping[str, str], cfg: Mapping[str, Any], root: Path = PACKAGE
) -> dict[str, str]:
    """Recompute a recorded `code` parameter, with the recorded `cfg`, for the package at `root`.

    By default this is the package that this process imports. Code that cannot be followed there,
    for example because a file is missing, has the key "missing".
    """
    found = {}
    for name in keys:
        try:
            found[name] = hashed(sources(name, kinds_in(cfg), root))
        except UserError:
            found[name] = "missing"
    return found


def code_key(
    script: str,
    *texts: str,
    kinds: frozenset[str] | None = None,
    documented: bool = False,
    root: Path = PACKAGE,
) -> str:
    """Digest of what `script`, a path in the package at `root`, can reach, and of `texts`.

    Sixteen hexadecimal digits. `kinds` are the names in the job's settings (`kinds_in`): other
    members of unions of kinds are left out; if `kinds` is empty, all members count. Code counts
    without comments, layout and docstrings; those of the script and of the files beside it count
    only if they are results (`documented`). `texts` (such as templates) count by their bytes.
    UserError names a missing file, or the line of code that cannot be followed.
    """
    return _key(root, script, texts, kinds or frozenset(), documented)


def kinds_in(cfg: Any) -> frozenset[str]:
    """Everything in settings that may name a kind; "kind" itself if they have a key of that name.

    That is every string and every part of a key, at any depth: a data set, for example, is named
    by `dataset` where it is used and by the key `data.mnist-1d` where it is made. Without any
    `kind`, settings may belong to a step that takes its kinds from elsewhere: then only unions of
    which they name a member are without their other members.
    """
    words = list(_words(cfg))
    found = frozenset(word for _, word in words)
    return found if any(named for named, _ in words) else found - {KIND}


def sources(name: str, kinds: frozenset[str], root: Path = PACKAGE) -> dict[str, str]:
    """Everything that the key named `name` covers: the source of each definition, by its name.

    In the order in which it is hashed. Names are `file:definition`, or the path of a text.
    """
    first, *texts = name.split(JOIN)
    script = first.removesuffix(DOCUMENTED)
    return _sources(root, script, tuple(texts), kinds, script != first)


def hashed(counted: Mapping[str, str]) -> str:
    """The key of the result of `sources`."""
    total = hashlib.sha256()
    for name, text in counted.items():
        total.update(f"{len(name)} {name} {len(text)} {text}\n".encode())
    return total.hexdigest()[:16]


@cache
def reached(
    root: Path, script: str, kinds: frozenset[str] = frozenset(), documented: bool = False
) -> Closure:
    """The units that a script can reach, computed once per process."""
    return closure_of(package(root), script, kinds, documented)


@cache
def _sources(
    root: Path, script: str, texts: tuple[str, ...], kinds: frozenset[str], documented: bool
) -> dict[str, str]:
    closure = reached(root, script, kinds, documented)
    counted = {**closure.sources, "libraries": "\n".join(closure.libraries)}
    for text in sorted(texts):
        counted[text] = f"sha256 {hashlib.sha256(package(root).read(text)).hexdigest()}"
    return counted


@cache
def _key(
    root: Path, script: str, texts: tuple[str, ...], kinds: frozenset[str], documented: bool
) -> str:
    return hashed(_sources(root, script, texts, kinds, documented))


def _words(value: Any, key: str = "") -> Iterator[tuple[bool, str]]:
    """Strings and parts of keys, and whether each is the value of a `kind`.

    A data set of which there may be several of a kind is named `kind/name`.
    """
    if isinstance(value, str):
        yield key == KIND, value
        if "/" in value:
            yield False, value.partition("/")[0]
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            parts = str(name).split(".")
            yield from ((False, part) for part in parts)
            yield from _words(inner, parts[-1])
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _words(inner, key)
