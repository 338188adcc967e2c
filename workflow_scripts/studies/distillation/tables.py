"""Step: gather the batches of seeds into the tidy tables of the study."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job


def main(snakemake: Job) -> None:
    """Write a table of the same name for each input."""
    for name, paths in snakemake.input.items():
        files = [paths] if isinstance(paths, str) else paths
        parts = [read_table(path) for path in files]
        write_table(pd.concat(parts, ignore_index=True), snakemake.output[name])


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
