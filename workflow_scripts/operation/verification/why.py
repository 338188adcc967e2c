"""Show why results would be made again: which definition or setting has changed since.

    python -m workflow_scripts.operation.verification.why [--scale laptop] [TARGET …]
                                                          [--configfile FILE …]

A target is a file, with everything it depends on, or a rule; without targets, all results count.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from workflow_scripts.core.code_key import hashed, kinds_in, sources
from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.core.settings import Settings
from workflow_scripts.operation.configuration.load import lookup
from workflow_scripts.operation.configuration.run import ROOT, Run, add_run
from workflow_scripts.operation.verification.kept_code import kept_code
from workflow_scripts.operation.verification.stages import (
    Stage,
    inconsistent,
    lineage,
    read_stages,
)
from workflow_scripts.operation.verification.today import is_published
from workflow_scripts.operation.verification.verify import recorded

SHOWN = 20
"""The largest number of lines of a diff that are printed."""


class Moved(NamedTuple):
    """One thing that has changed."""

    what: str
    diff: tuple[str, ...] = ()


def moved_of(stage: Stage, settings: Settings, root: Path) -> Iterator[Moved]:
    """Each definition and setting of a stage that has changed, and each output that is missing.

    `root` is the folder of the repository.
    """
    params = {} if is_published(stage["params"]) else stage["params"]
    cfg = params.get("cfg", {})
    kinds = kinds_in(cfg)
    for name, key in params.get("code", {}).items():
        yield from _moved_code(name, key, kinds, root)
    for path, then in cfg.items():
        try:
            now = lookup(settings, path)
        except UserError:
            yield Moved(f"setting {path} no longer exists")
            continue
        yield from _moved_settings(path, then, now)
    for path in stage["outputs"]:
        if not (root / path).exists():
            yield Moved(f"{path} is missing")


def _moved_code(name: str, key: str, kinds: frozenset[str], root: Path) -> Iterator[Moved]:
    try:
        now = sources(name, kinds)
    except UserError as error:
        yield Moved(f"code of {name}: {error}")
        return
    if hashed(now) == key:
        return
    then = kept_code(root / "results", key)
    if then is None:
        yield Moved(f"code of {name} has changed; its earlier text is not on record")
        return
    changed = [each for each in {**then, **now} if then.get(each) != now.get(each)]
    if not changed:
        yield Moved(f"code of {name}: modules are imported in a different order")
    for each in changed:
        word = "is new" if each not in then else "is gone" if each not in now else "has changed"
        yield Moved(f"{each} {word}", _diff(then.get(each, ""), now.get(each, "")))


def _moved_settings(path: str, then: Any, now: Any) -> Iterator[Moved]:
    if then == now:
        return
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in {**then, **now}:
            yield from _moved_settings(f"{path}.{key}", then.get(key), now.get(key))
    else:
        yield Moved(f"setting {path} has changed", (f"- {then}", f"+ {now}"))


def _diff(then: str, now: str) -> tuple[str, ...]:
    """The lines that differ, with one line of context; empty for new or removed texts."""
    if not then or not now:
        return ()
    lines = list(unified_diff(then.splitlines(), now.splitlines(), lineterm="", n=1))[2:]
    lines = [line for line in lines if not line.startswith("@@")]
    more = [f"… and {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return tuple(lines[:SHOWN] + more)


def stages_at(run: str, root: Path) -> list[Stage]:
    """The records of all results of a run: from the logs, otherwise from provenance.json."""
    folders = [root / "results" / run, root / "results" / "data"]
    stages = read_stages(log for folder in folders for log in folder.rglob("logs/**/*.log"))
    if not stages:
        stages, _ = recorded(root / "results" / run / "provenance.json")
    makers = {path: stage for stage in stages for path in stage["outputs"]}
    return [stage for stage in stages if any(makers[path] is stage for path in stage["outputs"])]


def stages_of(targets: Sequence[str], stages: list[Stage]) -> list[Stage]:
    """The stages behind the targets; all if there are none. UserError names an unknown target."""
    rules = {stage["rule"] for stage in stages}
    files = {path: path for stage in stages for path in stage["outputs"]}
    wanted: list[str] = []
    for target in targets:
        path = files.get(target.removeprefix("./"))
        made = [p for s in stages if s["rule"] == target for p in s["outputs"]]
        if path is None and not made:
            near = nearest(target, [*rules, *files])
            raise UserError(f"{target} is neither a recorded file nor a rule that wrote one{near}")
        wanted += made if path is None else [path]
    return lineage(wanted, stages) if targets else stages


def lines_of(stages: Iterable[Stage], settings: Settings, root: Path) -> Iterator[str]:
    """What is printed: each change, the rules whose jobs it concerns, and the diff."""
    stages = list(stages)
    concerned: dict[Moved, Counter[str]] = {}
    for stage in stages:
        for moved in moved_of(stage, settings, root):
            concerned.setdefault(moved, Counter())[stage["rule"]] += 1
    for moved, rules in concerned.items():
        yield moved.what
        yield "    concerns " + ", ".join(f"{rule} ({n})" for rule, n in sorted(rules.items()))
        yield from (f"    {line}" for line in moved.diff)
    yield from inconsistent(stages)


def main(arguments: list[str] | None = None) -> int:
    """Print what changed; return 1 if anything did, 2 if it cannot be determined."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a file or a rule")
    given = parser.parse_args(arguments)
    try:
        settings = Run.of(given, ROOT).settings
        stages = stages_of(given.targets, stages_at(settings.run, ROOT))
        lines = list(lines_of(stages, settings, ROOT))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in lines:
        print(line)
    if not lines:
        print(f"nothing has changed: {len(stages)} jobs match this code and configuration")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
