"""What a user has set for other programs does not reach the jobs; what cannot be kept out is named.

Jobs inherit the environment of the process that starts them.
"""

import os
from pathlib import Path

from workflow_scripts.core.errors import UserError

OTHERS = (
    "PYTHONOPTIMIZE",  # without docstrings claims have no sentences
    "PYTHONWARNINGS",  # a warning of a library would end a job
)
"""Variables that would change what jobs do."""
STYLE = "matplotlibrc"
"""The file with a user's own style of figures."""


def keep_out() -> None:
    """Give jobs UTF-8 whatever the locale, and no style of figures but ours."""
    for name in OTHERS:
        os.environ.pop(name, None)
    os.environ["PYTHONUTF8"] = "1"
    os.environ["MATPLOTLIBRC"] = os.devnull


def check_surroundings(root: Path) -> None:
    """UserError unless Snakemake runs in the folder of the repository, `root`, with our style.

    Configuration, data and results are found from the working directory.
    """
    here = Path.cwd()
    if not here.samefile(root):
        raise UserError(f"this workflow runs in its own folder, not in {here}: cd {root}")
    if (root / STYLE).exists():  # matplotlib reads it there before all others
        raise UserError(f"{root / STYLE} would change the figures: move it away")
