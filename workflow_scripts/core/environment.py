"""The environment of every job: variables that libraries read before any code of ours runs.

    python -m workflow_scripts.core.environment COMMAND [ARGUMENT ...]

runs a command in it, as Snakemake runs a job: what it measures is then what jobs do.
"""

import os
import sys
from pathlib import Path

from workflow_scripts.core.allocation import export_allocation
from workflow_scripts.core.arithmetic import export_arithmetic
from workflow_scripts.core.vendor import export_vendor

ROOT = Path(__file__).resolve().parents[2]


def export_environment(root: Path = ROOT) -> None:
    """Set it for all processes that this one starts; `root` is the folder of the Snakefile."""
    export_arithmetic()
    export_allocation()
    export_vendor(root / ".snakemake")


def main(command: list[str]) -> int:
    """Become `command`; return only if that cannot be: 2 without one, 127 if it is not found."""
    if not command or command[0] in ("-h", "--help"):
        print(__doc__, file=sys.stdout if command else sys.stderr)
        return 0 if command else 2
    export_environment()
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"error: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
