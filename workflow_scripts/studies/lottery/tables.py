"""Step: gather the curves of all trainings into the study's tidy tables."""

from collections.abc import Callable, Iterable

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.learning.paths.barrier import barrier

CONDITION = ["chain", "rewind", "level", "arm", "seed", "density", "survivors"]


def outcomes(curves: pd.DataFrame) -> pd.DataFrame:
    """One row per training: test accuracy (%) early and at the end, and the early-stopping step.

    The accuracy at the end is the mean of all measurements on the test set except the first, which
    is `early`.

    The early-stopping step is the first step of the smallest validation loss (Frankle & Carbin
    2019, section 2), missing if the validation loss was not measured.
    """
    test = curves[curves.split == "test"].sort_values("step")
    is_early = test.step == test.groupby(CONDITION).step.transform("min")
    early = test[is_early].set_index(CONDITION)
    end = test[~is_early].groupby(CONDITION, sort=True)
    table = pd.DataFrame(
        {
            "steps": end.step.max(),
            "accuracy": end.accuracy.mean(),
            "loss": end.loss.mean(),
            "early_step": early.step,
            "early": early.accuracy,
        }
    )
    validation = curves[curves.split == "validation"].sort_values([*CONDITION, "step"])
    best = validation.loc[validation.groupby(CONDITION).loss.idxmin()]
    stopping = best.set_index(CONDITION)
    table["stopping_step"] = stopping.step.reindex(table.index).astype("Int64")
    table["stopping_accuracy"] = stopping.accuracy.reindex(table.index)
    return table.reset_index()


def needles(curves: pd.DataFrame) -> pd.DataFrame:
    """One row per ticket of a parent: test accuracy (%) at the end, as in `outcomes`."""
    keys = ["chain", "parent", "arm", "seed", "survivors"]
    test = curves[curves.split == "test"]
    end = test[test.step > test.groupby(keys).step.transform("min")]
    return end.groupby(keys).accuracy.mean().reset_index()


def barriers(lines: pd.DataFrame) -> pd.DataFrame:
    """Instability: the barrier of the error between the two copies, in pp, per seed."""

    def height(pair: pd.DataFrame) -> float:
        return barrier(pair.alpha, pair.error)

    grouped = lines.groupby(["point", "seed"])[["alpha", "error"]]
    return grouped.apply(height).rename("barrier").reset_index()


def gathered(paths: Iterable[str], read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """All tables concatenated."""
    return pd.concat([read(path) for path in paths], ignore_index=True)


def main(snakemake: Job) -> None:
    """Write curves, outcomes, needles, lines and barriers."""
    curves = gathered(snakemake.input.histories, read_history)
    order = [*CONDITION, "split", "step"]
    write_table(curves.sort_values(order, ignore_index=True), snakemake.output.curves)
    write_table(outcomes(curves), snakemake.output.outcomes)
    write_table(needles(gathered(snakemake.input.needles, read_history)), snakemake.output.needles)
    lines = gathered(snakemake.input.lines, read_table)
    write_table(lines, snakemake.output.lines)
    write_table(barriers(lines), snakemake.output.barriers)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
