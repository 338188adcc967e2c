"""Add the seeds of the next look to studies whose claims are still open, and run them.

    python -m workflow_scripts.operation.extend [--scale laptop] [--yes] [study …]

Without --yes, and if nobody says yes at the terminal, only what it would do is printed. Finished
results do not change: new seeds are new batches, and only these run.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from workflow_scripts.core.artifacts.atomic import read_json, write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.operation.arguments import understood
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.run import ROOT
from workflow_scripts.operation.plan.estimate import estimate, read_records
from workflow_scripts.operation.plan.jobs import planned_jobs

CORES = 2
"""The cores by which the minutes are divided: those of the machine that a laptop run is for."""


@dataclass(frozen=True)
class Extension:
    """The batches of seeds that bring one list of seeds of a study to its next look."""

    study: str
    key: str
    """The key of the list among the settings of the study."""
    claims: tuple[str, ...]
    """The claims that are open and have a look left."""
    look: int
    """The number of seeds at that look."""
    batches: tuple[str, ...]
    """The whole list with the new batches."""
    added: tuple[str, ...]


def extensions(
    rows: Sequence[Mapping[str, Any]], settings: Mapping[str, Mapping[str, Any]]
) -> list[Extension]:
    """What the open claims among `rows` of the ledger need; `settings` by study.

    All claims of one list of seeds get the seeds of the nearest next look among them.
    """
    open_rows = [row for row in rows if row.get("next_look")]
    open_rows.sort(key=lambda row: (row["study"], row["seeds_key"]))
    made = []
    for (study, key), group in groupby(open_rows, key=lambda r: (r["study"], r["seeds_key"])):
        claims = list(group)
        batches = tuple(_at(settings[study], key))
        look = min(row["next_look"] for row in claims)
        added = tuple(_more(batches, look))
        if added:  # else the seeds are configured already, and have only to be run
            names = tuple(row["claim"] for row in claims if row["next_look"] == look)
            made.append(Extension(study, key, names, look, (*batches, *added), added))
    return made


def minutes(extensions: Sequence[Extension], scale: str) -> float | None:
    """The likely minutes of the jobs that those of a study add, on two cores; None if unknown.

    They are planned together: a list may have to begin with the seeds of another one.
    """
    lists = [f"{each.study}.{each.key}={json.dumps(each.batches)}" for each in extensions]
    records = read_records(ROOT / "results")
    jobs = planned_jobs(understood(["--config", f"scale={scale}", *lists]))
    known = [estimate(job, records).seconds for job in jobs]
    if any(seconds is None for seconds in known):
        return None
    return sum(seconds or 0.0 for seconds in known) / 60 / CORES


def with_batches(text: str, key: str, batches: Sequence[str]) -> str:
    """The YAML `text` with the list at the dotted `key` replaced; all else stays as it is.

    UserError if there is no such list.
    """
    node: Any = yaml.compose(text)
    for part in key.split("."):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for name, value in pairs if name.value == part), None)
    if not isinstance(node, yaml.SequenceNode):
        raise UserError(f"the configuration has no list at {key}: add the seeds by hand")
    written = "[" + ", ".join(f'"{batch}"' for batch in batches) + "]"
    if node.flow_style:
        return text[: node.start_mark.index] + written + text[node.end_mark.index :]
    # A list in block style begins below its key, and its end is marked where what follows begins.
    before, after = text[: node.start_mark.index].rstrip(), text[node.value[-1].end_mark.index :]
    return f"{before} {written}{after}"


def add(extension: Extension, scale: str) -> Path:
    """Write the new batches into the configuration of the scale; the file that was changed."""
    name = f"{extension.study}.yaml"
    path = ROOT / "config" / (name if scale == "laptop" else f"scales/{scale}/{name}")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: add the seeds by hand") from error
    write_text(path, with_batches(text, extension.key, extension.batches))
    return path


def main(arguments: list[str] | None = None) -> int:
    """Print what is open, and with a yes add the seeds and run them; the status of the run."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Claims are judged at fixed numbers of seeds; more are added only up to those.",
    )
    parser.add_argument("studies", nargs="*", help="only these studies (default: all)")
    parser.add_argument("--scale", default="laptop", help="scale of the run (default: laptop)")
    parser.add_argument("--yes", action="store_true", help="add the seeds and run, without asking")
    given = parser.parse_args(arguments)
    try:
        planned = _planned(given.scale, given.studies)
        if not planned:
            print(f"At the scale {given.scale} no open claim has a look left: nothing to add.")
            return 0
        for study, group in groupby(planned, key=lambda each: each.study):
            lists = list(group)
            cost = minutes(lists, given.scale)
            took = "unknown time" if cost is None else f"about {cost:.1f} min on {CORES} cores"
            print(f"{study}: {took}")
            for each in lists:
                print(
                    f"    seeds {', '.join(each.added)} ({each.key}) for the look at {each.look};"
                    f" open: {', '.join(each.claims)}"
                )
        if not (given.yes or _agreed()):
            print("Nothing was changed. `make extend YES=1` adds these seeds and runs them.")
            return 0
        for each in planned:
            print(f"{add(each, given.scale).relative_to(ROOT)}: {each.key} has {each.batches}")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    run = [
        sys.executable,
        "-m",
        "workflow_scripts.operation.run",
        "--config",
        f"scale={given.scale}",
    ]
    return subprocess.run(run, cwd=ROOT, check=False).returncode


def _planned(scale: str, studies: Sequence[str]) -> list[Extension]:
    path = ROOT / "results" / scale / "claims.json"
    if not path.exists():
        raise UserError(f"{path} is missing: `make reproduce SCALE={scale}` comes first")
    settings = load_configuration(ROOT / "config", {"scale": scale}).model_dump(mode="json")
    if unknown := [study for study in studies if study not in settings]:
        raise UserError(f"there is no study {unknown[0]!r}")
    rows = [
        row
        for row in read_json(path)["claims"]
        if (not studies or row["study"] in studies) and row["study"] in settings
    ]
    return extensions(rows, settings)


def _at(settings: Mapping[str, Any], key: str) -> list[str]:
    value: Any = settings
    for part in key.split("."):
        value = value[part]
    return list(value)


def _more(batches: Sequence[str], look: int) -> list[str]:
    """Batches as large as the last one, from the next seed on, until there are `look` seeds."""
    seeds = [seed for batch in batches for seed in seeds_of(batch)]
    size, first = len(seeds_of(batches[-1])), max(seeds) + 1
    missing = look - len(seeds)
    last = first + missing - 1
    return [f"{at}-{min(at + size - 1, last)}" for at in range(first, last + 1, size)]


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Add these seeds and run them? [y/N] ").strip().lower() in ("y", "yes")


if __name__ == "__main__":
    sys.exit(main())
