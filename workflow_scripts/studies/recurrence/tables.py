"""Step: gather the measurements into the tidy tables of the study."""

import math

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.history import read_history
from workflow_scripts.learning.quantities import ACCURACY, LOSS, SQUARED_ERROR
from workflow_scripts.studies.recurrence.settings import Criterion
from workflow_scripts.studies.recurrence.solved import first_kept, passing

WHICH = ["network", "arm", "moment", "seed"]
FACTS = ["task", "cell", "lag", "window", "chance", "budget", "parameters"]


def outcomes(curves: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    """What became of each network: one row per condition and seed.

    `solved` is the first step at which its task was solved (missing if there is none), `end` the
    step at which that was confirmed or else the last one; accuracy (%) and squared error are those
    at its end.
    """
    rows = []
    for (condition, seed), curve in curves.groupby(["condition", "seed"], sort=True):
        curve = curve.sort_values("step").reset_index(drop=True)
        first = curve.iloc[0]
        measured = "squared_error" if first.task == "adding" else "accuracy"
        level = getattr(criterion, measured) * (100 if measured == "accuracy" else 1)
        kept = first_kept(passing(curve[measured].to_numpy(dtype=float), measured, level))
        end = curve.iloc[-1 if kept is None else kept + 1]
        rows.append(
            {
                "condition": condition,
                "seed": seed,
                **{name: first[name] for name in FACTS},
                "solved": math.nan if kept is None else float(curve.step[kept]),
                "end": int(end.step),
                "accuracy": end.accuracy,
                "squared_error": end.squared_error,
            }
        )
    return pd.DataFrame(rows)


def laws(gradients: pd.DataFrame, least: int, largest: int) -> pd.DataFrame:
    """The line through the natural logarithm of the gradient's norm over the lags, per network.

    `slope` is per place, `r_squared` the share of the variance that the line explains.
    """
    rows = []
    for which, part in gradients.groupby(WHICH):
        fitted = part[(part.lag >= least) & (part.lag <= largest)]
        x = fitted.lag.to_numpy(dtype=float)
        y = fitted.log_norm.to_numpy(dtype=float) * math.log(10)
        slope, explained = math.nan, math.nan
        if np.isfinite(y).all():
            slope, start = np.polyfit(x, y, 1)
            spread, left = (
                float(np.sum((y - line) ** 2)) for line in (y.mean(), start + slope * x)
            )
            explained = 1 - left / spread if spread else math.nan
        rows.append([*which, slope, explained])
    return pd.DataFrame(rows, columns=[*WHICH, "slope", "r_squared"])


def main(snakemake: Job) -> None:
    """Write curves, outcomes, gradients, laws, memory and identities."""
    cfg, given, wrote = snakemake.params.cfg, snakemake.input, snakemake.output
    read = [read_history(path, [LOSS, ACCURACY, SQUARED_ERROR]) for path in given.histories]
    columns = ["condition", "seed", *FACTS, "step", "accuracy", "loss", "squared_error"]
    curves = pd.concat(read, ignore_index=True).reindex(columns=columns)
    came_to = outcomes(curves, Criterion.model_validate(section(cfg, "solved")))
    ends = came_to[["condition", "seed", "end"]]
    own = curves.merge(ends, on=["condition", "seed"]).query("step <= end")
    write_table(own.drop(columns=["parameters", "budget", "end"]), wrote.curves)
    write_table(came_to, wrote.outcomes)
    for name in ("gradients", "memory", "identities"):
        paths = [given[name]] if isinstance(given[name], str) else given[name]
        table = pd.concat([read_table(path) for path in paths], ignore_index=True)
        write_table(table, wrote[name])
        if name == "gradients":
            write_table(laws(table, *section(cfg, "fitted")), wrote.laws)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
