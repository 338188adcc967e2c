"""Step: loss and error along the line and the trained paths between the pairs of a batch."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.networks.network import Parameters, members_of
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.curve import Bends, Bezier, Chain, Curve, weights_at
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load

SHAPES: dict[str, type[Curve]] = {"bezier": Bezier, "chain": Chain, "band": Chain}
"""The curve through the control points of each kind of path; pivots are joined by lines."""


def on_curve(
    shape: type[Curve], first: Parameters, second: Parameters, bends: Bends
) -> Callable[[float], Parameters]:
    """The networks `[M, …]` at any position on the curves through these bends."""
    curve = shape(next(iter(bends.values())).shape[1])

    def at(position: float) -> Parameters:
        places = torch.full((members_of(first),), position, dtype=torch.float64)
        return weights_at(curve, first, bends, second, places)

    return at


def main(snakemake: Job) -> None:
    """Write one row per path, pair, split and position."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    first, second = load(snakemake.input.ends, subject.device)
    paths: Mapping[str, Callable[[float], Parameters]] = {
        "line": partial(between, first, second),
        **{
            kind: on_curve(shape, first, second, subject.load(snakemake.input[kind]))
            for kind, shape in SHAPES.items()
        },
    }
    positions = equidistant(section(cfg, "positions"))
    data = subject.examples
    splits = {"train": data.train.first(section(cfg, "measurement.train")), "test": data.test}
    done = PartialResults.of(snakemake)
    tables = [
        done.table(kind, along, subject.network, at, positions, splits, data.calibration).assign(
            kind=kind
        )
        for kind, at in paths.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    table["seed"] = table.member.map(dict(enumerate(seeds)))
    columns = ["kind", "seed", "split", "position", "loss", "error"]
    write_table(table[columns], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
