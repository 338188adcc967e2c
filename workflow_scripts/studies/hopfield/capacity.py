"""Step: how well networks of one size remember patterns at each load, some networks per seed."""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.patterns import hebb, overlap, random_patterns, visit_order


def remembered(
    seeds: Sequence[int],
    size: int,
    load: float,
    networks: int,
    trials: int,
    sweeps: int,
    place: torch.device,
) -> pd.DataFrame:
    """One row per seed: the mean overlap of trials with the pattern that they started from.

    The mean is over all trials of the `networks` of a seed, each with patterns of its own.
    """
    count = round(load * size)
    patterns = torch.stack(
        [random_patterns(seed, count, size, number) for seed in seeds for number in range(networks)]
    ).to(place)
    starts = patterns[:, :trials]
    relaxed = relax(hebb(patterns), starts, visit_order(size).to(place), sweeps)

    def of_seeds(values: Tensor) -> list[float]:
        return values.double().reshape(len(seeds), -1).mean(dim=1).tolist()

    return pd.DataFrame(
        {
            "size": size,
            "load": load,
            "patterns": count,
            "seed": list(seeds),
            "networks": networks,
            "trials": networks * starts.shape[1],
            "overlap": of_seeds(overlap(relaxed.states, starts)),
            "settled": of_seeds(relaxed.settled),
            "sweeps": of_seeds(relaxed.sweeps),
        }
    )


def main(snakemake: Job) -> None:
    """Write the table of a size and a batch of seeds."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds, place = seeds_of(wildcards.seeds), device(section(cfg, "device"))
    limits = section(cfg, "trials"), section(cfg, "sweeps")
    networks = snakemake.params.networks
    size, done = int(wildcards.size), PartialResults.of(snakemake)
    parts = [
        done.table(f"load {load}", remembered, seeds, size, load, networks, *limits, place)
        for load in snakemake.params.loads
    ]
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
