"""Step: gather the batches into the study's tidy table."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job


def main(snakemake: Job) -> None:
    """Put the means of all batches below one another."""
    parts = [read_table(path) for path in snakemake.input]
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.means)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
