"""Step: barriers between the pairs of a batch before and after their hidden units are matched.

The control is the barrier between each network and a copy with randomly permuted units.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored, stacked
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.paths.matching import (
    hidden_units,
    match,
    permuted,
    random_orders,
)
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.learning.subject import Subject


def pairs(
    subject: Subject, first: Parameters, second: Parameters, seeds: Sequence[int]
) -> dict[tuple[str, str], tuple[Parameters, Parameters]]:
    """The two networks `[M, …]` at the ends of a line, by pair and order of units."""
    assert isinstance(subject.network, Mlp)  # the settings of the study ensure this
    groups = hidden_units(subject.network)
    ones, others = Stored.of(first).members(), Stored.of(second).members()
    copies, matched, restored = [], [], []
    for seed, one, other in zip(seeds, ones, others, strict=True):
        shuffle = np.random.default_rng(stream_seed(seed, "permuted copy"))
        descent = np.random.default_rng(stream_seed(seed, "matching"))
        copies.append(permuted(one, groups, random_orders(one, groups, shuffle)))
        matched.append(permuted(other, groups, match(one, other, groups, descent)))
        restored.append(permuted(copies[-1], groups, match(one, copies[-1], groups, descent)))
    nearer, copied, back = (
        {name: tensor.to(subject.device) for name, tensor in stacked(each).items()}
        for each in (matched, copies, restored)
    )
    return {
        ("independent", "as trained"): (first, second),
        ("independent", "matched"): (first, nearer),
        ("copy", "as trained"): (first, copied),
        ("copy", "matched"): (first, back),
    }


def main(snakemake: Job) -> None:
    """Write one row per pair, order of units, seed, split and position."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    first, second = subject.load(snakemake.input.first), subject.load(snakemake.input.second)
    positions = equidistant(section(cfg, "positions"))
    test = {"test": subject.examples.test}
    tables = []
    for (pair, order), (one, other) in pairs(subject, first, second, seeds).items():
        at = partial(between, one, other)
        table = along(subject.network, at, positions, test, subject.examples.calibration)
        tables.append(table.assign(pair=pair, order=order))
    table = pd.concat(tables, ignore_index=True)
    table["seed"] = table.member.map(dict(enumerate(seeds)))
    # The width is that of the widest hidden layer: all layers are scaled alike.
    table["width"] = max(tensor.shape[2] for name, tensor in first.items() if tensor.dim() == 3)
    table["chain"] = snakemake.wildcards.chain
    columns = ["chain", "width", "pair", "order", "seed", "split", "position", "loss", "error"]
    write_table(table[columns], snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
