"""Check that every file of the snapshot is present, bit for bit.

python -m workflow_scripts.operation.versioning.check [--scale laptop]
"""

import argparse
import sys
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.versioning.dvc import cache_folder
from workflow_scripts.operation.versioning.tracked import differences, expected, locked

ROOT = Path(__file__).resolve().parents[3]


def main(arguments: list[str] | None = None) -> int:
    """Print what differs from `dvc.lock`; return 1 if anything does, 2 if this is unknown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scale", default="laptop", help="scale of the snapshot (default: laptop)")
    scale = parser.parse_args(arguments).scale
    try:
        folders = locked(scale, ROOT)
        files = expected(cache_folder(ROOT), folders)
        lines = differences(files, folders, ROOT).lines()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in lines:
        print(line)
    verdict = f"{len(lines)} differ from" if lines else "all match"
    print(f"{len(files)} files at the scale {scale}: {verdict} dvc.lock")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
