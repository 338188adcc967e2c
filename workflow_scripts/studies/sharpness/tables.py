"""Step: gather the measurements of all arms and seeds into the tidy tables of the study."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.history import read_history


def main(snakemake: Job) -> None:
    """Write minima, curves, lines, planes and rescalings."""
    for name in ("minima", "line", "plane", "rescaling"):
        parts = [read_table(path) for path in snakemake.input[name]]
        write_table(pd.concat(parts, ignore_index=True), snakemake.output[name])
    curves = [read_history(path) for path in snakemake.input.curves]
    write_table(pd.concat(curves, ignore_index=True), snakemake.output.curves)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
