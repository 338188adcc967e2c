"""Step: gather the batches of seeds into the tidy tables of the study."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.studies.focal.marks import END, MIDDLE, START
from workflow_scripts.studies.focal.quantities import SHARES

DRAWN = ("found", "pictures")
"""Tables of which only the part of the first batch is used: what is drawn of one seed."""


def moments(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares with the moment of each step: of three steps the first, the middle and the last."""
    steps = sorted(shares.step.unique())
    if len(steps) != 3:
        raise ValueError(f"shares were measured at {len(steps)} steps, not 3")
    named = dict(zip(steps, (START, MIDDLE, END), strict=True))
    return shares.assign(moment=shares.step.map(named)).drop(columns="split")


def main(snakemake: Job) -> None:
    """Write the shares of easy negatives, and a table of the same name for each other input."""
    for name, paths in snakemake.input.items():
        files = [paths] if isinstance(paths, str) else list(paths)
        if name == "histories":
            parts = [read_history(path, SHARES) for path in files]
            write_table(moments(pd.concat(parts, ignore_index=True)), snakemake.output.shares)
            continue
        parts = [read_table(path) for path in (files[:1] if name in DRAWN else files)]
        write_table(pd.concat(parts, ignore_index=True), snakemake.output[name])


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
