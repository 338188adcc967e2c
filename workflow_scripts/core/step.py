"""What every step has in common: its log, its errors in one line, its record."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from workflow_scripts.core.arithmetic import fix_arithmetic
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job, WithSettings, injected, started_with
from workflow_scripts.core.loaded_code import LoadedCode
from workflow_scripts.core.record import RECORD, beginning, finished, is_of
from workflow_scripts.core.settings import Given
from workflow_scripts.core.sole import SoleCopy

INTERRUPTED = 130


def run(main: Callable[[Job], None], quiet: bool = True) -> None:
    """Run `main` on the job whose script this is; its output, then its record, go to the log.

    With `quiet` false the output stays in the terminal, and there is no log and no record.

    A second copy of the same job, as a cluster may start one, waits for the first and leaves what
    it has written. A UserError ends the job with one line and status 1, Ctrl-C with status 130;
    anything else keeps its traceback. Code that is not that of the rule's key is refused.
    """
    job = injected()
    with _faults_in_one_line():
        if quiet and job.log:
            _run_recorded(main, job, Path(job.log[0]))
        else:
            _run_checked(main, job)


def _run_recorded(main: Callable[[Job], None], job: Job, log: Path) -> None:
    """Run as the only copy, with the output in the log and the record at its end."""
    sole = SoleCopy(log)
    left = sole.acquire()
    _redirect(log)
    begun = beginning(job)
    if left and is_of(left, job, begun):
        print("another copy of this job has done it")
        _end(sole, left)
    started = time.perf_counter()
    unread = _run_checked(main, job)
    _end(sole, json.dumps(finished(job, begun, unread, time.perf_counter() - started)))


def _run_checked(main: Callable[[Job], None], job: Job) -> list[str]:
    """Run with the threads that the job may use, and only with the code of the rule's key.

    Returns the keys of its settings that were not asked for.
    """
    code = LoadedCode(*started_with())
    code.check(job.params.code, job.params.get("cfg", {}))
    fix_arithmetic(job.threads)
    given = Given(job.params.get("cfg", {}))
    main(cast(Job, WithSettings(job, given)))
    code.check_texts(job.params.code)
    return given.unread()


@contextmanager
def _faults_in_one_line() -> Iterator[None]:
    """End the process with one line and a status where the fault is not one of ours."""
    try:
        yield
    except UserError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    except MemoryError:
        print("error: out of memory: ask for more mem_mb, or a smaller ensemble", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted: run the same command again to go on", file=sys.stderr, flush=True)
        sys.exit(INTERRUPTED)


def _end(sole: SoleCopy, record: str) -> None:
    """Put the record where it is looked for, and end this process.

    The process ends at once, with status 0: functions registered with `atexit` and destructors do
    not run. All files are written and closed by now, and it saves the half second in which torch
    takes itself down, in every job.
    """
    sys.stdout.flush()
    # On a line of its own, whatever was printed last.
    print("\n" + RECORD + record, file=sys.stderr, flush=True)
    sole.leave(record)
    os._exit(0)


def _redirect(log: Path) -> None:
    """Send everything this process prints, C libraries included, to the rule's log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
