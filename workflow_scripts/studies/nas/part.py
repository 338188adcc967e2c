"""Step: train a part of the table of all cells."""

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.nas.cells import train_cells
from workflow_scripts.studies.nas.settings import Body, CellTraining, SignalSample, Space
from workflow_scripts.studies.nas.spaces import all_cells


def main(snakemake: Job) -> None:
    """Write the rows of every parts-th cell with all seeds of the table."""
    cfg = snakemake.params.cfg
    how = CellTraining.model_validate(section(cfg, "cells"))
    spaces = [Space.model_validate(each) for each in section(cfg, "spaces").values()]
    cells = all_cells(spaces, how.hand)[int(snakemake.wildcards.part) :: how.parts]
    seeds = [seed for batch in how.seeds for seed in seeds_of(batch)]
    done = PartialResults.of(snakemake)
    frame = train_cells(
        [(cell, seed) for cell in cells for seed in seeds],
        how,
        Body.model_validate(section(cfg, "body")),
        Mnist1d.model_validate(section(cfg, "signals")),
        SignalSample.model_validate(section(cfg, "sample")),
        done,
        device(section(cfg, "device")),
    )
    write_table(frame, snakemake.output.part)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
