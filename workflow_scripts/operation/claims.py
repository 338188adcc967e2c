"""Print the verdicts of a run as they are stored; nothing is computed.

    python -m workflow_scripts.operation.claims [--scale laptop] [--configfile FILE …]
        [--study STUDY] [--live | --answers]

The status is 1 if a claim that is recorded as supported no longer is. With --live the ledger is
first brought up to date, after a line that says which jobs that takes and how long; with --answers
what held, what did not and what stayed open is said in sentences.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import COLUMNS
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.evidence.claims.terminal import WIDTH, render
from workflow_scripts.evidence.numbers import counted
from workflow_scripts.operation.configuration.run import ROOT, Run, add_run
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.plan.estimate import read_records
from workflow_scripts.operation.plan.jobs import PlannedJob, planned_jobs
from workflow_scripts.operation.plan.show import estimates_of, minutes_here
from workflow_scripts.operation.stored_run import StoredRun

TARGET = "ledger"


def printed(run: StoredRun, colour: bool = False, width: int = 80) -> str:
    """The stored ledger, and where it is; UserError if there is none."""
    run.check()
    ledger = read_table(run.ledger)
    if missing := [column for column in COLUMNS if column not in ledger]:
        raise UserError(
            f"{run.short(run.ledger)} lacks the columns {', '.join(missing)}: run `make reproduce`"
        )
    return (
        f"{render(ledger, colour, width)}\n"
        f"From {run.short(run.ledger)}; brought up to date by\n`make claims {run.run} LIVE=1`.\n"
    )


def answered(run: StoredRun, width: int = 80) -> str:
    """The answers of the studies in sentences, and the files in which the rest is."""
    context = run.context()
    lines = []
    for study in context.studies:
        held = sum(claim.verdict is Verdict.SUPPORTED for claim in study.claims)
        lines.append(f"{study.words.title}: {held} of {counted(len(study.claims), 'claim')} hold")
        for sentence in study.answer:
            lines += wrap(sentence, width - 4, initial_indent="  ", subsequent_indent="    ")
        lines.append("")
    files = [run.folder / name for name in ("report.html", "paper.pdf", "claims.csv")]
    return "\n".join([*lines, *(str(run.short(file)) for file in files if file.exists())]) + "\n"


def announcement(jobs: Sequence[PlannedJob], results: Path, cores: int) -> str:
    """What bringing the ledger up to date takes, in one line."""
    if not jobs:
        return "The ledger is up to date."
    minutes = minutes_here(estimates_of(jobs, read_records(results)), cores)
    count = counted(len(jobs), "job")
    return (
        f"{count} first, about {spoken(60 * minutes)} on this machine ({cores} cores);"
        " Ctrl-C is safe at any time."
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the verdicts; 1, with a line that says why, if there are none or one is lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    add_run(parser)
    parser.add_argument("--study", help="the run of this study alone")
    parser.add_argument("--live", action="store_true", help="bring the ledger up to date first")
    parser.add_argument("--answers", action="store_true", help="sentences instead of the table")
    given = parser.parse_args(arguments)
    width = shutil.get_terminal_size().columns
    try:
        run = StoredRun(Run.of(given, ROOT, [given.study] if given.study else []))
        if given.live:
            _update(run)
        if given.answers:
            print(answered(run, min(width, WIDTH)), end="")
        else:
            print(printed(run, sys.stdout.isatty(), width), end="")
        if gone := run.lost():
            raise UserError(f"{'; '.join(gone)}: investigate, or record the new ones: make record")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _update(run: StoredRun) -> None:
    jobs = planned_jobs([TARGET, *run.run.arguments()])
    print(announcement(jobs, ROOT / "results", os.cpu_count() or 1), flush=True)
    if not jobs:
        return
    command = [sys.executable, "-m", "workflow_scripts.operation.run", TARGET, *run.run.arguments()]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise UserError("the ledger could not be brought up to date: see above")


if __name__ == "__main__":
    sys.exit(main())
