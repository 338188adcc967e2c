"""Step: the line between two copies of each network that parted after a given step."""

from functools import partial

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.measure import along, between, equidistant, two_copies
from workflow_scripts.learning.subject import Subject


def main(snakemake: Job) -> None:
    """Write one row per step, seed, split and position."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    positions = equidistant(section(cfg, "line_positions"))
    data = subject.examples
    splits = {"train": data.train.first(section(cfg, "measurement.train")), "test": data.test}
    tables, done = [], PartialResults.of(snakemake)
    for point, copies in Stored.load(snakemake.input.copies).groups().items():
        at = partial(between, *two_copies(copies.parameters(subject.device)))
        line = subject.network, at, positions, splits, data.calibration
        tables.append(done.table(point, along, *line).assign(point=int(point)))
    table = pd.concat(tables, ignore_index=True).assign(network=wildcards.minimum)
    table["seed"] = table.member.map(dict(enumerate(seeds)))
    columns = ["network", "point", "seed", "split", "position", "loss", "error"]
    write_table(table[columns], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
