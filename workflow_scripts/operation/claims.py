"""Print the verdicts of a run as they are stored; nothing is computed.

    python -m workflow_scripts.operation.claims [--scale laptop] [--configfile FILE] [--live]

The status is 1 if a claim that is recorded as supported no longer is. With --live the ledger is
first brought up to date, after a line that says which jobs that takes and how long.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import COLUMNS, compare
from workflow_scripts.evidence.claims.show import read_recorded
from workflow_scripts.evidence.claims.terminal import render
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import Configuration
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.plan.estimate import read_records
from workflow_scripts.operation.plan.jobs import PlannedJob, planned_jobs
from workflow_scripts.operation.plan.show import estimates_of, minutes_here
from workflow_scripts.operation.verification.summary import summary_folder
from workflow_scripts.studies.registry import REGISTERED

ROOT = Path(__file__).resolve().parents[2]
TARGET = "ledger"


@dataclass(frozen=True)
class Run:
    """A run by its settings: where its summary is, and how Snakemake is called for it."""

    settings: Configuration
    results: Path
    """Its folder of results, in which the recorded verdicts are."""
    folder: Path
    """The folder of its ledger and report."""
    arguments: tuple[str, ...]

    @property
    def ledger(self) -> Path:
        """The table of all its claims."""
        return self.folder / "claims.csv"

    @property
    def studies(self) -> list[str]:
        """Its studies if they are only some; else an empty list."""
        return list(self.settings.studies) if self.folder != self.results else []


def run_of(scale: str, configfile: str | None) -> Run:
    """The run of a scale, or of one's own configuration file; UserError if it is not valid."""
    files = [Path(configfile)] if configfile else []
    settings = load_configuration(ROOT / "config", {"scale": scale}, files)
    results = ROOT / "results" / settings.run
    folder = summary_folder(results, list(settings.studies), REGISTERED)
    own = ("--configfile", configfile) if configfile else ()
    return Run(settings, results, folder, (*own, "--config", f"scale={scale}"))


def lost(run: Run) -> list[str]:
    """One line for each claim that is recorded as supported and in the ledger no longer is."""
    ledger, recorded = read_table(run.ledger), read_recorded(run.results / "recorded-verdicts.csv")
    if run.studies:
        recorded = recorded[recorded["study"].isin(run.studies)]
    return compare(recorded, ledger)


def printed(run: Run, colour: bool = False, width: int = 80) -> str:
    """The stored ledger, and where it is; UserError if there is none."""
    if not run.ledger.exists():
        scale = run.settings.scale
        raise UserError(
            f"there is no {_short(run.ledger)}: `make plan SCALE={scale}` says how long a run"
            f" takes, and `make reproduce SCALE={scale}` starts it"
        )
    ledger = read_table(run.ledger)
    if missing := [column for column in COLUMNS if column not in ledger]:
        raise UserError(
            f"{_short(run.ledger)} lacks the columns {', '.join(missing)}: run `make reproduce`"
        )
    return (
        f"{render(ledger, colour, width)}\n"
        f"From {_short(run.ledger)}; `make claims LIVE=1` brings it up to date.\n"
    )


def announcement(jobs: Sequence[PlannedJob], results: Path, cores: int) -> str:
    """What bringing the ledger up to date takes, in one line."""
    if not jobs:
        return "The ledger is up to date."
    minutes = minutes_here(estimates_of(jobs, read_records(results)), cores)
    count = f"{len(jobs)} job{'s' if len(jobs) > 1 else ''}"
    return (
        f"{count} first, about {spoken(60 * minutes)} on this machine ({cores} cores);"
        " Ctrl-C is safe at any time."
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the verdicts; 1, with a line that says why, if there are none or one is lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--scale", default="laptop", help="scale of the run (default: laptop)")
    parser.add_argument("--configfile", help="settings of a run of your own")
    parser.add_argument("--live", action="store_true", help="bring the ledger up to date first")
    given = parser.parse_args(arguments)
    try:
        run = run_of(given.scale, given.configfile)
        if given.live:
            _update(run)
        print(printed(run, sys.stdout.isatty(), shutil.get_terminal_size().columns), end="")
        if gone := lost(run):
            raise UserError(f"{'; '.join(gone)}: investigate, or record the new ones: make record")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _update(run: Run) -> None:
    jobs = planned_jobs([TARGET, *run.arguments])
    print(announcement(jobs, ROOT / "results", os.cpu_count() or 1), flush=True)
    if not jobs:
        return
    command = [sys.executable, "-m", "workflow_scripts.operation.run", TARGET, *run.arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise UserError("the ledger could not be brought up to date: see above")


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(main())
