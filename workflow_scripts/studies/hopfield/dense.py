"""Step: dense associative memories: patterns that are stable with energies of higher order."""

import math

import pandas as pd
import torch
from scipy import stats
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.hopfield.settings import Dense
from workflow_scripts.studies.hopfield.thresholds import ERROR

CHUNK = 100
"""Number of stored states that are tested together."""


def expected_patterns(order: int, size: int, error: float) -> float:
    """Number of patterns at which a share `error` of stored bits is unstable, for large networks.

    N^(n−1) / (z² (2n−3)!!), z the normal quantile of the error (Krotov & Hopfield 2016, eq. 5).
    """
    odd = math.prod(range(1, 2 * order - 2, 2))
    return size ** (order - 1) / (stats.norm.isf(error) ** 2 * odd)


def unstable(patterns: Tensor, tested: Tensor, order: int) -> Tensor:
    """Marks the bits `[T, N]` of the stored states `tested` whose flip would lower the energy.

    The energy is −Σ_μ (ξ^μ · s)^n over `patterns` `[P, N]`, all of ±1 in float64. Flipping bit i
    changes y_μ = ξ^μ · s by −2a with a = ξ_i^μ s_i = ±1. In the binomial sum of (y − 2a)^n even
    powers of a are one and odd ones a, so the energy rises by c_μ + a · w_μ with two polynomials
    of y, and the sums over patterns are matrix products.
    """
    y = tested @ patterns.T
    terms = [math.comb(order, k) * (-1) ** (k + 1) * 2.0**k for k in range(order + 1)]
    constant = _polynomial(y, [0.0 if k % 2 or k == 0 else term for k, term in enumerate(terms)])
    weight = _polynomial(y, [term if k % 2 else 0.0 for k, term in enumerate(terms)])
    return constant.sum(dim=1, keepdim=True) + tested * (weight @ patterns) < 0


def _polynomial(y: Tensor, coefficients: list[float]) -> Tensor:
    """Σ_k coefficients[k] · y^(n−k), n the last index, by Horner's rule."""
    total = torch.full_like(y, coefficients[0])
    for coefficient in coefficients[1:]:
        total.mul_(y).add_(coefficient)
    return total


def bit_error(seed: int, order: int, size: int, count: int, trials: int) -> tuple[float, int]:
    """Share of unstable bits among the tested ones, and the number of tested bits."""
    random = generator(seed, "dense", order, size, count)
    bits = torch.randint(0, 2, (count, size), generator=random)
    patterns = (2 * bits - 1).double()
    tested = patterns[:trials]
    wrong = [unstable(patterns, some, order).sum() for some in tested.split(CHUNK)]
    return float(sum(wrong)) / tested.numel(), tested.numel()


def at_loads(seed: int, order: int, size: int, settings: Dense) -> pd.DataFrame:
    """One row per number of patterns: the error of one network at each load."""
    expected, rows = expected_patterns(order, size, ERROR), []
    for count in sorted({max(2, round(load * expected)) for load in settings.loads}):
        error, tested = bit_error(seed, order, size, count, settings.trials)
        rows.append([order, size, seed, count, error, tested])
    return pd.DataFrame(rows, columns=["order", "size", "seed", "patterns", "error", "tested"])


def main(snakemake: Job) -> None:
    """Write the errors of a batch of seeds."""
    settings = Dense.model_validate(section(snakemake.params.cfg, "dense"))
    done = PartialResults.of(snakemake)
    tables = [
        done.table(
            f"seed {seed}, order {each.order}, size {size}",
            at_loads,
            seed,
            each.order,
            size,
            settings,
        )
        for seed in seeds_of(snakemake.wildcards.seeds)
        for each in settings.orders
        for size in each.sizes
    ]
    write_table(pd.concat(tables, ignore_index=True), snakemake.output.dense)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
