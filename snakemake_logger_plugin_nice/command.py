"""The command `nice-to-know` after `pip install .`: the workflow of the folder it is called in.

Installed is only this and the logger. The workflow is the clone's, so that what runs is what is
seen.
"""

import sys
from pathlib import Path


def main() -> int:
    """Run Snakemake with these arguments in a clone; 1, with a line that says so, elsewhere."""
    here = Path.cwd()
    if not (here / "Snakefile").is_file() or not (here / "workflow_scripts").is_dir():
        print("error: this is no clone of the workflow: cd to one first", file=sys.stderr)
        return 1
    sys.path.insert(0, str(here))
    from workflow_scripts.operation.run import main as run

    return run()
