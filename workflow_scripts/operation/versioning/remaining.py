"""Show which jobs Snakemake still has to run.

    python -m workflow_scripts.operation.versioning.remaining [--scale laptop] [--configfile FILE …]

Fails if there are any: only finished results are versioned.
"""

import argparse
import subprocess
import sys

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.run import Run, add_run

NOTHING = "Nothing to be done"


def remaining(run: Run) -> str:
    """The table of jobs that a dry run shows, empty when there are none.

    UserError with Snakemake's reason if the dry run fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", *run.arguments()],
        cwd=run.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        said = [line for line in lines if line.startswith("error: ")] or lines[-1:]
        reason = said[0].removeprefix("error: ") if said else "it printed nothing"
        raise UserError(f"snakemake --dry-run fails: {reason}")
    if NOTHING in done.stdout:
        return ""
    table = done.stdout.partition("Job stats:")[2].strip().partition("\n\n")[0]
    return "\n".join(table.splitlines()[2:])  # below the heading and its line


def main(arguments: list[str] | None = None) -> int:
    """Print what there is to do; return 1 if there is anything, 2 if it cannot be determined."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    given = parser.parse_args(arguments)
    try:
        run = Run.of(given)
        jobs = remaining(run)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(jobs or f"{NOTHING} in the run {run.name}")
    return 1 if jobs else 0


if __name__ == "__main__":
    sys.exit(main())
