"""Step: barriers between the pairs of a batch before and after their hidden units are matched.

The line that is not matched is a mean over several orders of units, that as trained among them. The
control is the mean over as many other orders, which are random.
"""

from collections.abc import Mapping, Sequence
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
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.matching import (
    hidden_units,
    match,
    permuted,
    random_orders,
)
from workflow_scripts.learning.paths.measure import along, between, equidistant
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load


def reordered(
    subject: Subject, first: Parameters, second: Parameters, seeds: Sequence[int], draws: int
) -> dict[str, list[Parameters]]:
    """The second networks `[M, …]` by the orders of their units.

    Of those that are "unmatched" the first is as trained; there are as many "random" ones.
    """
    assert isinstance(subject.network, Mlp)  # the settings of the study ensure this
    groups = hidden_units(subject.network)
    ones, others = Stored.of(first).members(), Stored.of(second).members()
    matched, shuffled = [], []
    for seed, one, other in zip(seeds, ones, others, strict=True):
        descent = np.random.default_rng(stream_seed(seed, "matching"))
        matched.append(permuted(other, groups, match(one, other, groups, descent)))
        shuffle = np.random.default_rng(stream_seed(seed, "random order"))
        shuffled.append(
            [
                permuted(other, groups, random_orders(other, groups, shuffle))
                for _ in range(2 * draws - 1)
            ]
        )

    def ensemble(members: Sequence[Mapping[str, np.ndarray]]) -> Parameters:
        return {name: t.to(subject.device) for name, t in stacked(members).items()}

    drawn = [ensemble(draw) for draw in zip(*shuffled, strict=True)]
    return {
        "unmatched": [second, *drawn[draws:]],
        "random": drawn[:draws],
        "matched": [ensemble(matched)],
    }


def width(network: Network) -> int:
    """The number of units of the widest hidden layer; in the study all are equally wide."""
    assert isinstance(network, Mlp)  # the settings of the study ensure this
    return max(network.sizes[1:-1])


def _mean(values: pd.Series) -> float:
    """The mean, which is not finite if a value is not."""
    return float(values.to_numpy().mean())


def main(snakemake: Job) -> None:
    """Write one row per kind of order, seed, split and position: the mean over its orders."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    first, second = load(snakemake.input.ends, subject.device)
    positions = equidistant(section(cfg, "line_positions"))
    splits = {"test": subject.examples.test.first(section(cfg, "measurement.matching"))}
    orders = reordered(subject, first, second, seeds, section(cfg, "random_orders"))
    done = PartialResults.of(snakemake)
    tables = [
        done.table(
            f"{order} {number}",
            along,
            subject.network,
            partial(between, first, other),
            positions,
            splits,
            subject.examples.calibration,
        ).assign(order=order)
        for order, others in orders.items()
        for number, other in enumerate(others)
    ]
    keys = ["order", "member", "split", "position"]
    lines = pd.concat(tables, ignore_index=True).groupby(keys)[["loss", "error"]]
    table = lines.agg(_mean).reset_index()
    table["seed"] = table.member.map(dict(enumerate(seeds)))
    table["width"] = width(subject.network)
    table["network"] = snakemake.wildcards.minimum
    columns = ["network", "width", "order", "seed", "split", "position", "loss", "error"]
    write_table(table[columns], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
