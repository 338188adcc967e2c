"""The code that produced the results, kept with the logs: one small file per code key."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.code_key import hashed, kinds_in, sources

LOGS = "logs"
FOLDER = "keys"


def keep_code(jobs: Iterable[Any]) -> None:
    """Keep the code of Snakemake's `jobs`, which are about to run, unless it is kept already.

    The file `logs/keys/<key>.json.gz` in the folder of the job's log holds the source of each
    definition by its name, as returned by `code_key.sources`. It is versioned with the logs.
    """
    for job in jobs:
        for name, key in job.params.get("code", {}).items():
            for log in map(Path, job.log):
                file = _folder(log) / f"{key}.json.gz"
                if not file.exists():
                    counted = sources(name, kinds_in(job.params.get("cfg", {})))
                    if hashed(counted) == key:
                        _write(file, counted)


def kept_code(results: Path, key: str) -> dict[str, str] | None:
    """The code of a key, by definition, if it is kept below `results`; else None."""
    for file in sorted(results.rglob(f"{LOGS}/{FOLDER}/{key}.json.gz")):
        try:
            counted = json.loads(gzip.decompress(file.read_bytes()))
        except (OSError, EOFError, ValueError):
            continue
        if hashed(counted) == key:
            return counted
    return None


def _folder(log: Path) -> Path:
    parts = log.parts
    return Path(*parts[: parts.index(LOGS) + 1], FOLDER)


def _write(file: Path, counted: dict[str, str]) -> None:
    content = json.dumps(counted, ensure_ascii=False).encode("utf-8")
    with replacing(file) as temporary:
        temporary.write_bytes(gzip.compress(content, mtime=0))
