"""Step: gather the measurements of all batches into the study's tidy tables."""

from collections.abc import Iterable

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.paths.barrier import excess, rise


def summary(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per path: barriers of loss (nats) and error (pp), excess over the worse end (pp).

    `lines` has the columns `keys`, position, loss (nats) and error (%). Barriers are negative on
    lines that sag between their ends.
    """

    def of(path: pd.DataFrame) -> pd.Series:
        return pd.Series(
            {
                "loss_barrier": rise(path.position, path.loss),
                "error_barrier": rise(path.position, path.error),
                "excess": excess(path.position, path.error),
            }
        )

    grouped = lines.groupby(keys)[["position", "loss", "error"]]
    return grouped.apply(of).reset_index()


def gathered(paths: Iterable[str], order: list[str]) -> pd.DataFrame:
    """All tables concatenated, sorted by the columns `order`."""
    tables = pd.concat([read_table(path) for path in paths], ignore_index=True)
    return tables.sort_values(order, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the lines, their summaries, and the tables of planes, averages and soups."""
    given, made = snakemake.input, snakemake.output
    summarised: dict[str, tuple[list[str], list[str]]] = {
        "paths": (given.paths, ["kind", "seed", "split"]),
        "branches": (given.branches, ["network", "point", "seed", "split"]),
        "matching": (given.matching, ["network", "width", "order", "seed", "split"]),
    }
    for name, (paths, keys) in summarised.items():
        lines = gathered(paths, [*keys, "position"])
        write_table(lines, made[f"{name}_lines"])
        write_table(summary(lines, keys), made[name])
    write_table(read_table(given.plane), made.plane)
    write_table(gathered(given.averages, ["point", "seed"]), made.averages)
    write_table(gathered(given.soups, ["soup", "seed"]), made.soups)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
