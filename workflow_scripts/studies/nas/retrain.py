"""Step: train a sample of the table's rows again and compare."""

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.streams import stream_seed
from workflow_scripts.studies.nas.cells import train_cells
from workflow_scripts.studies.nas.lookup import table_of
from workflow_scripts.studies.nas.settings import Body, CellTable, CellTraining, SignalSample, Space
from workflow_scripts.studies.nas.spaces import all_cells


def sampled(cells: list[str], how: CellTraining, number: int) -> list[tuple[str, int]]:
    """The rows that are trained again: cells drawn at random, each with one seed of the table."""
    seeds = [seed for batch in how.seeds for seed in seeds_of(batch)]
    random = np.random.default_rng(stream_seed(seeds[0], "rows trained again"))
    chosen = random.choice(len(cells), size=min(number, len(cells)), replace=False)
    return [(cells[row], seeds[place % len(seeds)]) for place, row in enumerate(chosen)]


def compared(again: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """One row per cell and draw: accuracies (%) of both, and the largest difference in pp."""
    both = again.merge(table, on=["cell", "draw"], suffixes=("", "_before"), validate="1:1")
    names = ("quarter", "half", "validation", "test")
    differences = [(both[name] - both[f"{name}_before"]).abs() for name in names]
    columns = ["cell", "draw", "validation", "validation_before", "test", "test_before"]
    return both[columns].assign(difference=pd.concat(differences, axis=1).max(axis=1))


def main(snakemake: Job) -> None:
    """Write the comparison."""
    cfg = snakemake.params.cfg
    how = CellTraining.model_validate(section(cfg, "cells"))
    table = CellTable.model_validate(section(cfg, "table"))
    spaces = [Space.model_validate(each) for each in section(cfg, "spaces").values()]
    done = PartialResults.of(snakemake)
    again = train_cells(
        sampled(all_cells(spaces, how.hand), how, table.retrained),
        how,
        Body.model_validate(section(cfg, "body")),
        Mnist1d.model_validate(section(cfg, "signals")),
        SignalSample.model_validate(section(cfg, "sample")),
        done,
        device(section(cfg, "device")),
    )
    write_table(
        compared(again, table_of(snakemake.input.table, table.sha256)), snakemake.output.retrained
    )
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
