"""Step: the error along the straight line between two copies that diverged at a given step.

Instability analysis of Frankle, Dziugaite, Roy & Carbin 2020 (section 2): a network is stable at a
step if copies that diverge there end in one linearly connected region.
"""

from functools import partial
from pathlib import Path

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.measure import along, between, equidistant, two_copies


def line(network: Network, copies: Parameters, data: Examples, points: int) -> pd.DataFrame:
    """Test loss (nats) and error (%) at `points` equidistant positions between paired copies.

    `copies` are `[2·seeds, …]`, the two copies of a seed being adjacent. Columns: member (0 for the
    first pair), alpha, loss, error.
    """
    at = partial(between, *two_copies(copies))
    test = {"test": data.test}
    table = along(network, at, equidistant(points), test, data.calibration)
    return table.drop(columns="split").rename(columns={"position": "alpha"})


def main(snakemake: Job) -> None:
    """Measure all branching points of a batch of seeds."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    net, where = network(section(cfg, "network")), device(section(cfg, "device"))
    sample = Sample.model_validate(section(cfg, "sample"))
    data = examples(sample, Path(snakemake.params.data), net.input_shape, seeds)
    tables, done = [], PartialResults.of(snakemake)
    for point, path in zip(section(cfg, "points"), snakemake.input.copies, strict=True):
        copies = Stored.load(path).parameters(where)
        table = done.table(str(point), line, net, copies, data, section(cfg, "line"))
        seed = table.pop("member").map(dict(enumerate(seeds)))
        tables.append(table.assign(point=point, seed=seed))
    columns = ["point", "seed", "alpha", "loss", "error"]
    write_table(pd.concat(tables, ignore_index=True)[columns], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
