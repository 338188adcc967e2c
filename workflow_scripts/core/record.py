"""The record of a finished step, in the last line of its log: outputs, inputs, code, versions."""

import json
import os
import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.identity import identity, inputs_of, params_of, wildcards_of
from workflow_scripts.core.job import Job

RECORD = "record: "
Record = dict[str, Any]


def read_record(log: str | Path) -> Record:
    """Read the record at the end of a step's log; UserError if the step did not finish."""
    try:
        lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError as error:
        raise UserError(f"{log} is missing: run snakemake again to make it") from error
    for line in reversed(lines):
        if line.startswith(RECORD):
            with suppress(ValueError):  # truncated, or printed by the step itself
                return json.loads(line.removeprefix(RECORD))
    raise UserError(f"{log} holds no record of a finished step: delete it and run snakemake again")


def beginning(job: Job) -> Record:
    """The part of a job's record that is known at its start: what its outputs depend on."""
    wildcards, params, inputs = wildcards_of(job), params_of(job), inputs_of(job)
    return {
        "rule": job.rule,
        "wildcards": wildcards,
        "params": params,
        "inputs": inputs,
        "identity": identity(job.rule, wildcards, params, inputs),
    }


def finished(job: Job, begun: Record, unread: list[str], seconds: float) -> Record:
    """The complete record of a job that began as `begun` and worked for `seconds`.

    `unread` are the keys of its settings that it did not read. CPU seconds are those of its whole
    process: Snakemake, which looks now and then, misses up to the last fifteen.
    """
    torch: Any = sys.modules.get("torch")
    on_gpu = torch is not None and torch.cuda.is_initialized()
    names = ["numpy", "pandas", "safetensors", "snakemake", *(["torch"] if torch else [])]
    return {
        **begun,
        "unread": unread,
        "outputs": outputs_of(job),
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": job.threads,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
        "work_seconds": round(seconds, 3),
        "cpu_seconds": round(sum(os.times()[:4]), 2),
    }


def is_of(left: str, job: Job, begun: Record) -> bool:
    """Whether `left` is the record of this job and its outputs match the record."""
    try:
        record = json.loads(left)
        outputs = outputs_of(job)
    except (ValueError, FileNotFoundError):
        return False
    return record.get("identity") == begun["identity"] and record.get("outputs") == outputs


def outputs_of(job: Job) -> dict[str, str]:
    """SHA-256 of each output, by its path."""
    return {path: sha256(path) for path in map(str, job.output)}
