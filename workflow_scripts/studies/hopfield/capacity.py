"""Step: how well networks of one size remember patterns at each load, one network per seed."""

from collections.abc import Sequence

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.patterns import hebb, overlap, random_patterns, visit_order


def remembered(
    seeds: Sequence[int], size: int, load: float, trials: int, sweeps: int, place: torch.device
) -> pd.DataFrame:
    """One row per network: the mean overlap of each trial with the pattern it started from."""
    count = round(load * size)
    patterns = torch.stack([random_patterns(seed, count, size) for seed in seeds]).to(place)
    starts = patterns[:, :trials]
    relaxed = relax(hebb(patterns), starts, visit_order(size).to(place), sweeps)
    return pd.DataFrame(
        {
            "size": size,
            "load": load,
            "patterns": count,
            "seed": list(seeds),
            "trials": starts.shape[1],
            "overlap": overlap(relaxed.states, starts).double().mean(dim=1).tolist(),
            "settled": relaxed.settled.double().mean(dim=1).tolist(),
            "sweeps": relaxed.sweeps.double().mean(dim=1).tolist(),
        }
    )


def main(snakemake: Job) -> None:
    """Write the table of a size and a batch of seeds."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds, place = seeds_of(wildcards.seeds), device(section(cfg, "device"))
    limits = section(cfg, "trials"), section(cfg, "sweeps")
    parts = [
        remembered(seeds, int(wildcards.size), load, *limits, place)
        for load in snakemake.params.loads
    ]
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
