"""Step: gather the curves of all trainings into the study's tidy tables."""

from collections.abc import Callable, Iterable

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.learning.paths.barrier import barrier

CONDITION = ["chain", "rewind", "level", "arm", "seed", "density", "survivors"]


def outcomes(curves: pd.DataFrame) -> pd.DataFrame:
    """One row per training: test accuracy (%) early, at the smallest validation loss, at the end.

    `accuracy` is that of the weights at the first of the smallest validation losses (Frankle &
    Carbin 2019, section 2), of those measurements that all trainings of a chain have; `end` is the
    mean of all later measurements on the test set than `early`, the first. `stopping_step` is the
    step of the smallest of all measured validation losses, `validated` that of the last. All are
    missing for a training whose validation loss was never a number.
    """
    test = curves[curves.split == "test"].sort_values("step")
    is_early = test.step == test.groupby(CONDITION).step.transform("min")
    early = test[is_early].set_index(CONDITION)
    end = test[~is_early].groupby(CONDITION, sort=True)
    stopped = curves[curves.split == "stopped"].set_index(CONDITION)
    table = pd.DataFrame(
        {
            "steps": end.step.max(),
            "accuracy": stopped.accuracy,
            "end": end.accuracy.agg(_mean),
            "early_step": early.step,
            "early": early.accuracy,
        }
    )
    validation = curves[(curves.split == "validation")].sort_values([*CONDITION, "step"])
    table["validated"] = validation.groupby(CONDITION).step.max()
    finite = validation[validation.loss.notna()]
    best = finite.loc[finite.groupby(CONDITION).loss.idxmin()].set_index(CONDITION)
    table["stopping_step"] = best.step.reindex(table.index).astype("Int64")
    table["stopping_loss"] = best.loss.reindex(table.index)
    return table.reset_index()


def _mean(values: pd.Series) -> float:
    """The mean, which is no number if one of the values is none."""
    return float(values.mean(skipna=False))


def needles(curves: pd.DataFrame) -> pd.DataFrame:
    """One row per seed, arm and parent: the test accuracies (%) as in `outcomes`.

    The mean over the masks that were drawn for the arm.
    """
    keys = ["chain", "parent", "arm", "seed", "survivors"]
    each = [*keys, "draw"]
    test = curves[curves.split == "test"]
    later = test[test.step > test.groupby(each).step.transform("min")]
    stopped = curves[curves.split == "stopped"]
    return pd.DataFrame(
        {
            "accuracy": stopped.groupby(keys).accuracy.agg(_mean),
            "end": later.groupby(keys).accuracy.agg(_mean),
        }
    ).reset_index()


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
