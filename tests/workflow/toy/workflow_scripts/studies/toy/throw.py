"""Step: throw the dice of a batch of seeds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed


def means(seeds: Sequence[int], throws: int) -> pd.DataFrame:
    """One row for each die and seed: the mean of its throws."""
    rows = []
    for seed in seeds:
        for die, highest in (("fair", 6), ("loaded", 4)):
            random = np.random.Generator(np.random.PCG64(stream_seed(seed, die)))
            rows.append([die, seed, random.integers(1, highest + 1, throws).mean()])
    return pd.DataFrame(rows, columns=["die", "seed", "mean"])


def main(snakemake: Job) -> None:
    """Write the means of a batch."""
    seeds = seeds_of(snakemake.wildcards.seeds)
    write_table(means(seeds, section(snakemake.params.cfg, "throws")), snakemake.output.means)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
