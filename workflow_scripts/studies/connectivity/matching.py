"""Step: barriers between the pairs of a batch before and after their hidden units are matched.

And between each network and a copy of it whose units are in another order, which is the control.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.networks.network import Parameters, members_of
from workflow_scripts.learning.paths.matching import (
    Arrays,
    hidden_units,
    match,
    permuted,
    random_orders,
)
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.studies.connectivity.networks import Subject


def pairs(
    subject: Subject, first: Parameters, second: Parameters, seeds: Sequence[int]
) -> dict[tuple[str, str], tuple[Parameters, Parameters]]:
    """By pair and order of units the two networks `[M, …]` to draw a line between."""
    groups = hidden_units(subject.network)
    ones, others = _members(first), _members(second)
    copies, matched, restored = [], [], []
    for seed, one, other in zip(seeds, ones, others, strict=True):
        shuffle = np.random.default_rng(stream_seed(seed, "permuted copy"))
        descent = np.random.default_rng(stream_seed(seed, "matching"))
        copies.append(permuted(one, groups, random_orders(one, groups, shuffle)))
        matched.append(permuted(other, groups, match(one, other, groups, descent)))
        restored.append(permuted(copies[-1], groups, match(one, copies[-1], groups, descent)))
    stacked = (_stacked(each, subject.device) for each in (matched, copies, restored))
    nearer, copied, back = stacked
    return {
        ("independent", "as trained"): (first, second),
        ("independent", "matched"): (first, nearer),
        ("copy", "as trained"): (first, copied),
        ("copy", "matched"): (first, back),
    }


def _members(parameters: Parameters) -> list[Arrays]:
    arrays = {name: tensor.cpu().numpy() for name, tensor in parameters.items()}
    return [
        {name: array[member] for name, array in arrays.items()}
        for member in range(members_of(parameters))
    ]


def _stacked(members: Sequence[Arrays], device: torch.device) -> Parameters:
    return {
        name: torch.from_numpy(np.stack([member[name] for member in members])).to(device)
        for name in members[0]
    }


def main(snakemake: Job) -> None:
    """Write one row a pair, order of units, seed, split and position."""
    cfg = snakemake.params.cfg
    subject = Subject.of(cfg, snakemake.params.data)
    first, second = subject.load(snakemake.input.first), subject.load(snakemake.input.second)
    seeds = seeds_of(snakemake.wildcards.seeds)
    positions = equidistant(section(cfg, "positions"))
    test = {"test": subject.splits(0)["test"]}
    tables = []
    for (pair, order), (one, other) in pairs(subject, first, second, seeds).items():
        at = partial(between, one, other)
        table = along(subject.network, at, positions, test, subject.examples.calibration)
        tables.append(table.assign(pair=pair, order=order))
    table = pd.concat(tables, ignore_index=True)
    table["seed"] = table.member.map(dict(enumerate(seeds)))
    # The widest hidden layer stands for the width: all layers are scaled alike.
    table["width"] = max(tensor.shape[2] for name, tensor in first.items() if tensor.dim() == 3)
    table["chain"] = snakemake.wildcards.chain
    columns = ["chain", "width", "pair", "order", "seed", "split", "position", "loss", "error"]
    write_table(table[columns], snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
