"""What every step has in common: its log, its errors in one line, its record."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workflow_scripts.core.arithmetic import fix_arithmetic
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job, injected
from workflow_scripts.core.sole import SoleCopy

RECORD = "record: "
INTERRUPTED = 130


def run(main: Callable[[Job], None], quiet: bool = True) -> None:
    """Run `main` on the job whose script this is; its output, then its record, go to the log.

    With `quiet` false the output stays in the terminal, and there is no log and no record.

    A second copy of the same job, as a cluster may start one, waits for the first and leaves what
    it has written. A UserError ends the job with one line and status 1, Ctrl-C with status 130;
    anything else keeps its traceback. The record is the log's last line: what was computed, from
    what, by what.
    """
    snakemake = injected()
    log = Path(snakemake.log[0]) if quiet and snakemake.log else None
    if log is not None:
        sole = SoleCopy(log)
        _redirect(log)
        if _is_done(snakemake, sole.left_by_first):
            print("another copy of this job has done it")
            _end(sole, sole.left_by_first)
    started = time.perf_counter()
    try:
        fix_arithmetic(snakemake.threads)
        main(snakemake)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    except MemoryError:
        print("error: out of memory: ask for more mem_mb, or a smaller ensemble", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted: run the same command again to go on", file=sys.stderr, flush=True)
        sys.exit(INTERRUPTED)
    if log is not None:
        record = _record(snakemake, time.perf_counter() - started)
        _end(sole, json.dumps(record, sort_keys=True))


def read_record(log: str | Path) -> dict[str, Any]:
    """Read the record at the end of a step's log; UserError when the step did not finish."""
    try:
        lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError as error:
        raise UserError(f"{log} is missing: run snakemake again to make it") from error
    for line in reversed(lines):
        if line.startswith(RECORD):
            with suppress(ValueError):  # cut short, or printed by the step itself
                return json.loads(line.removeprefix(RECORD))
    raise UserError(f"{log} holds no record of a finished step: delete it and run snakemake again")


def _is_done(snakemake: Job, left: str) -> bool:
    """Whether the outputs are what a copy that `left` this record made, of these very inputs."""
    try:
        recorded, wanted = json.loads(left), _record(snakemake, 0.0)
    except (ValueError, FileNotFoundError):
        return False
    same = ("rule", "wildcards", "code", "cfg", "inputs", "outputs")
    wanted = json.loads(json.dumps(wanted))
    return all(recorded.get(key) == wanted[key] for key in same)


def _end(sole: SoleCopy, record: str) -> None:
    """Put the record where it is looked for, and end this process."""
    sys.stdout.flush()
    # On a line of its own, whatever was printed last.
    print("\n" + RECORD + record, file=sys.stderr, flush=True)
    sole.leave(record)
    # All is written: skip the half second in which torch takes itself down.
    os._exit(0)


def _redirect(log: Path) -> None:
    """Send everything this process prints, C libraries included, to the rule's log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)
    sys.stdout.reconfigure(line_buffering=True)


def _record(snakemake: Job, seconds: float) -> dict[str, Any]:
    torch = sys.modules.get("torch")
    on_gpu = torch is not None and torch.cuda.is_initialized()
    names = ["numpy", "pandas", "safetensors", "snakemake", *(["torch"] if torch else [])]
    return {
        "rule": snakemake.rule,
        "wildcards": dict(snakemake.wildcards.items()),
        "code": snakemake.params.code,
        "cfg": snakemake.params.get("cfg", {}),
        "inputs": {path: sha256(path) for path in map(str, snakemake.input)},
        "outputs": {path: sha256(path) for path in map(str, snakemake.output)},
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": snakemake.threads,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
        "work_seconds": round(seconds, 3),
    }
