"""Step: gather the searches, the cells of supernets and the table into tidy tables."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.nas.cell import canonical
from workflow_scripts.studies.nas.lookup import Lookup, table_of
from workflow_scripts.studies.nas.settings import Space

GATHERED = ("searches", "reached", "variances", "scaled")
"""Tables that are only put together."""


def worth(
    read: pd.DataFrame, lookups: Mapping[str, Lookup], table: pd.DataFrame, steps: int, batch: int
) -> pd.DataFrame:
    """Readings of supernets with what their cells are worth in the table, and what they cost.

    All is the mean over the draws of the table of what the other draws say, as for searches.
    `above_mean` is in standard deviations of the space; `trainings` are the multiply-adds so far
    over those of training a cell of mean size (`steps` of `batch` signals).
    """
    sizes = table.groupby("cell").multiply_adds.first()
    rows = []
    columns = (read.space, read.cell, read.multiply_adds)
    for space, cell, spent in zip(*columns, strict=True):
        lookup = lookups[space]
        code = lookup.of_cells([canonical(cell)])
        own, cells = lookup.worth[:, code[0]], lookup.worth[:, lookup.unique]
        mean, sd = cells.mean(1), cells.std(1, ddof=1)
        size = sizes[lookup.names].mean() * steps * batch
        rows.append(
            {
                "accuracy": own.mean(),
                "regret": (cells.max(1) - own).mean(),
                "above_mean": ((own - mean) / sd).mean(),
                "trainings": spent / size,
            }
        )
    return pd.concat([read, pd.DataFrame(rows)], axis=1)


def means_of_starts(starts: pd.DataFrame) -> pd.DataFrame:
    """One row per supernet and seed: means over its starts that were not trained."""
    values = ["accuracy", "regret", "above_mean"]
    return starts.groupby(["supernet", "seed"], as_index=False)[values].mean()


def members(table: pd.DataFrame, spaces: Mapping[str, Space], hand: str) -> pd.DataFrame:
    """One row for each cell of each space, and for the one designed by hand: means over draws."""
    means = table.groupby("cell").agg(
        parameters=("parameters", "first"),
        multiply_adds=("multiply_adds", "first"),
        validation=("validation", "mean"),
        test=("test", "mean"),
        noise=("test", lambda each: each.std(ddof=1) / np.sqrt(len(each))),
    )
    frames = [
        means.loc[Lookup.of(table, space).names].reset_index().assign(space=name)
        for name, space in spaces.items()
    ]
    frames.append(means.loc[[hand]].reset_index().assign(space="hand"))
    return pd.concat(frames, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write all tables of the study."""
    cfg, given, wrote = snakemake.params.cfg, snakemake.input, snakemake.output
    spaces = {name: Space.model_validate(each) for name, each in section(cfg, "spaces").items()}
    table = table_of(given.table, section(cfg, "table.sha256"))
    for name in GATHERED:
        write_table(_all(given[name]), wrote[name])
    lookups = {name: Lookup.of(table, space) for name, space in spaces.items()}
    training = Training.model_validate(section(cfg, "cells.training"))
    steps, batch = training.steps, training.batch_size or 0
    write_table(worth(_all(given.readings), lookups, table, steps, batch), wrote.supernets)
    starts = worth(_all(given.untrained), lookups, table, steps, batch)
    write_table(means_of_starts(starts), wrote.untrained)
    write_table(members(table, spaces, section(cfg, "cells.hand")), wrote.spaces)
    write_table(_all(given.retrained), wrote.retrained)


def _all(paths: str | list[str]) -> pd.DataFrame:
    each = [paths] if isinstance(paths, str) else paths
    return pd.concat([read_table(path) for path in each], ignore_index=True)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
