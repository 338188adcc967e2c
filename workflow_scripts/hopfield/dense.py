"""Step: dense associative memories, energies of higher order and the patterns that they hold."""

import math
from typing import Any

import pandas as pd
import torch
from scipy import stats
from torch import Tensor

from workflow_scripts.artifacts.tables import write_table
from workflow_scripts.configuration.base import section
from workflow_scripts.configuration.seeds import seeds_of
from workflow_scripts.ensemble.randomness import generator
from workflow_scripts.hopfield.settings import Dense
from workflow_scripts.hopfield.thresholds import ERROR

CHUNK = 100
"""Stored states that are tested together."""


def expected_patterns(order: int, size: int, error: float) -> float:
    """Patterns at which a share `error` of the stored bits is unstable, for a large network.

    N^(n−1) / (z² (2n−3)!!), z the normal quantile of the error (Krotov & Hopfield 2016, eq. 5).
    """
    odd = math.prod(range(1, 2 * order - 2, 2))
    return size ** (order - 1) / (stats.norm.isf(error) ** 2 * odd)


def unstable(patterns: Tensor, tested: Tensor, order: int) -> Tensor:
    """Which bits `[T, N]` of the stored states `tested` would lower the energy by flipping.

    The energy is −Σ_μ (ξ^μ · s)^n over `patterns` `[P, N]`, all of ±1 in float64. Flipping bit i
    changes y_μ = ξ^μ · s by −2a with a = ξ_i^μ s_i = ±1, and (y − 2a)^n takes one of two values, so
    the change is c_μ + a · w_μ and the sums over patterns are matrix products.
    """
    y = tested @ patterns.T
    now, lower, higher = (math.prod([each] * order) for each in (y, y - 2, y + 2))
    constant = (now - (lower + higher) / 2).sum(dim=1)
    # a = +1 leads to y − 2, a = −1 to y + 2.
    kept = constant[:, None] + tested * (((higher - lower) / 2) @ patterns)
    return kept < 0


def bit_error(seed: int, order: int, size: int, count: int, trials: int) -> tuple[float, int]:
    """Share of unstable bits among those tested, and how many were tested."""
    random = generator(seed, "dense", order, size, count)
    bits = torch.randint(0, 2, (count, size), generator=random)
    patterns = (2 * bits - 1).double()
    tested = patterns[:trials]
    wrong = [unstable(patterns, some, order).sum() for some in tested.split(CHUNK)]
    return float(sum(wrong)) / tested.numel(), tested.numel()


def main(snakemake: Any) -> None:
    """Write the errors of a batch of seeds."""
    settings = Dense.model_validate(section(snakemake.params.cfg, "dense"))
    rows = []
    for seed in seeds_of(snakemake.wildcards.seeds):
        for each in settings.orders:
            for size in each.sizes:
                expected = expected_patterns(each.order, size, ERROR)
                for count in sorted({max(2, round(load * expected)) for load in settings.loads}):
                    error, tested = bit_error(seed, each.order, size, count, settings.trials)
                    rows.append([each.order, size, seed, count, error, tested])
    columns = ["order", "size", "seed", "patterns", "error", "tested"]
    write_table(pd.DataFrame(rows, columns=columns), snakemake.output.dense)


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
