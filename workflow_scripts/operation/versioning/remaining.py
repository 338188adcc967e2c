"""Show which jobs Snakemake still has to run.

    python -m workflow_scripts.operation.versioning.remaining [--scale laptop]

Fails if there are any: only finished results are versioned.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from workflow_scripts.core.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
NOTHING = "Nothing to be done"


def remaining(scale: str, root: Path) -> str:
    """The table of jobs that a dry run shows, empty when there are none.

    UserError with Snakemake's reason if the dry run fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--config", f"scale={scale}"],
        cwd=root,
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
    parser.add_argument("--scale", default="laptop", help="scale of the results (default: laptop)")
    scale = parser.parse_args(arguments).scale
    try:
        jobs = remaining(scale, ROOT)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(jobs or f"{NOTHING} at the scale {scale}")
    return 1 if jobs else 0


if __name__ == "__main__":
    sys.exit(main())
