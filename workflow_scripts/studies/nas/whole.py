"""Step: put the parts of the table together."""

import pandas as pd

from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job


def whole(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows in the order of cells and draws."""
    return pd.concat(parts, ignore_index=True).sort_values(["cell", "draw"], ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the whole table, and its digest to the log."""
    write_table(whole([read_table(path) for path in snakemake.input]), snakemake.output.table)
    print(f"sha256 {sha256(snakemake.output.table)}")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
