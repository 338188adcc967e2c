"""The steps that made the results: their records, traced back from what the report shows."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.record import read_record

Stage = dict[str, Any]
RESULTS = "results/"
COSTS = {"s": "seconds", "max_rss": "memory_mb"}


def read_stages(logs: Iterable[Path]) -> list[Stage]:
    """The record of each finished step, together with what Snakemake measured of its job.

    Logs of steps that did not finish hold no record and are left out. The newest comes last: if two
    claim the same output, for example after a rule was renamed, it takes precedence.
    """
    stages = []
    there = [log for log in logs if log.exists()]
    for log in sorted(there, key=lambda log: (log.stat().st_mtime_ns, log)):
        try:
            record = read_record(log)
        except UserError:
            continue
        benchmark = Path(*("benchmarks" if p == "logs" else p for p in log.parts))
        stages.append(record | _cost(benchmark.with_suffix(".jsonl")))
    return stages


def lineage(results: Iterable[str], stages: Iterable[Stage]) -> list[Stage]:
    """The stages that `results` depend on, directly or indirectly, in the order of their outputs.

    Leftovers of other seeds or levels are not included. UserError names a result without a
    record.
    """
    makers = {path: stage for stage in stages for path in stage["outputs"]}
    waiting = list(results)
    found: dict[str, Stage] = {}
    while waiting:
        path = waiting.pop()
        stage = makers.get(path)
        if stage is None and not path.startswith(RESULTS):
            continue  # data that already existed, in a folder that several clones may share
        if stage is None:
            raise UserError(
                f"{path} has no record of how it was made: delete it and run snakemake again"
            )
        key = min(stage["outputs"])
        if key not in found:
            found[key] = stage
            waiting.extend(stage["inputs"])
    return [found[key] for key in sorted(found)]


def inconsistent(stages: Iterable[Stage]) -> list[str]:
    """Edges where a step read other bytes than the previous step wrote, one line per edge."""
    stages = list(stages)
    written = {path: digest for stage in stages for path, digest in stage["outputs"].items()}
    return [
        f"{stage['rule']}: read a different {path} from the one that is there now"
        for stage in stages
        for path, digest in stage["inputs"].items()
        if written.get(path, digest) != digest
    ]


def _cost(benchmark: Path) -> dict[str, float | None]:
    """Wall seconds and peak memory (MB) of a job; None where not measured."""
    try:
        measured = json.loads(benchmark.read_text(encoding="utf-8").splitlines()[-1])
    except (FileNotFoundError, IndexError, ValueError):
        measured = {}
    return {name: _number(measured.get(key)) for key, name in COSTS.items()}


def _number(value: Any) -> float | None:
    """Snakemake writes "NA" for a job that ended before it was sampled."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
