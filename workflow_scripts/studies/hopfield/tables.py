"""Step: gather the batches into the tidy tables of the study, and compute capacities."""

from collections.abc import Callable

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.studies.hopfield.thresholds import (
    bits,
    blending,
    critical_loads,
    dense_capacity,
    half_recalled,
)

DERIVED: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "critical_loads": ("capacity", critical_loads),
    "half_recalled": ("correlated", half_recalled),
    "bits": ("spheres", bits),
    "dense_capacity": ("dense", dense_capacity),
    "blending": ("regimes", blending),
}
"""Derived table: the gathered table and the function it is computed from."""


def main(snakemake: Job) -> None:
    """Write a table of the same name for each input, and the derived tables."""
    gathered = {}
    for name, paths in snakemake.input.items():
        files = [paths] if isinstance(paths, str) else paths
        gathered[name] = pd.concat([read_table(path) for path in files], ignore_index=True)
    for name, path in snakemake.output.items():
        source, found = DERIVED.get(name, (name, lambda table: table))
        write_table(found(gathered[source]), path)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
