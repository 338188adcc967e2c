"""Step: gather the measurements of all parts into the tidy tables of the study."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.history import read_history


def errors(histories: list[str], keys: list[str]) -> pd.DataFrame:
    """All curves of all trainings, sorted by `keys`, split and step; errors in %."""
    table = pd.concat([read_history(path) for path in histories], ignore_index=True)
    table = table.assign(error=100 - table.accuracy).drop(columns="accuracy")
    return table.sort_values([*keys, "split", "step"], ignore_index=True)


def main(snakemake: Job) -> None:
    """Write one table per part."""
    for part in ("features", "sizes", "two_scales"):
        frames = [read_table(path) for path in getattr(snakemake.input, part)]
        write_table(pd.concat(frames, ignore_index=True), getattr(snakemake.output, part))
    networks = errors(list(snakemake.input.networks), ["width", "noise", "seed"])
    write_table(networks, snakemake.output.networks)
    write_table(errors(list(snakemake.input.epochs), ["noise", "seed"]), snakemake.output.epochs)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
