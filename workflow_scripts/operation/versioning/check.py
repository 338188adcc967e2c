"""Check that every file of the snapshot is present, bit for bit.

python -m workflow_scripts.operation.versioning.check [--scale laptop] [--configfile FILE …]
"""

import argparse
import sys

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.run import Run, add_run
from workflow_scripts.operation.versioning.dvc import cache_folder
from workflow_scripts.operation.versioning.tracked import differences, expected, locked


def main(arguments: list[str] | None = None) -> int:
    """Print what differs from `dvc.lock`; return 1 if anything does, 2 if this is unknown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    given = parser.parse_args(arguments)
    try:
        run = Run.of(given)
        folders = locked(run)
        files = expected(cache_folder(run.root), folders)
        lines = differences(files, folders, run.root).lines()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in lines:
        print(line)
    verdict = f"{len(lines)} differ from" if lines else "all match"
    print(f"{len(files)} files of the run {run.name}: {verdict} dvc.lock")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
