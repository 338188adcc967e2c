"""The claims of the study of Hopfield networks. Rules and margins were written before any result.

A seed is a set of random patterns, or of images, with the networks that store it. An identity is
judged by its worst difference over all draws of all seeds.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Rule,
    above,
    at_most,
    below,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.trend import slopes

Tables = Mapping[str, pd.DataFrame]

RAMSAUER = "Ramsauer et al. 2021"
KROTOV = "Krotov & Hopfield 2016"
FINITE_SIZE = -2 / 3
"""Power of N with which the critical load of a finite network approaches its limit.

The retrieval state ends in a fold bifurcation, where a barrier of N · distance^(3/2) vanishes:
fluctuations of order one, as at finite temperature, cross it from a distance of N^(−2/3).
"""
BETWEEN = "of the distance between patterns"
ROUNDING = 1e-12
"""Largest difference allowed between two ways to compute one number in float64."""
WRONG = 1e-3
"""Difference that a wrong inverse temperature must cause, far above rounding errors."""

claims = Claims("hopfield")


def wide(table: pd.DataFrame, columns: str, value: str) -> pd.DataFrame:
    """One row per seed, one column per value of `columns`; NoData if a seed lacks one."""
    found = table.pivot(index="seed", columns=columns, values=value)
    if found.empty or found.isna().any(axis=None):
        raise NoData(f"{value} is not known for every seed at every {columns}")
    return found


def worst(values: pd.Series, seeds: pd.Series, largest: bool = True, **named: Any) -> Measured:
    """The worst value of all draws, known exactly; n is the number of seeds behind it."""
    extreme = values.max() if largest else values.min()
    return Measured.exact(float(extreme), n=seeds.nunique(), **named)


@claims.claim(
    id="recall",
    unit="of the cues",
    rule=above(0.95),
    source="Hopfield 1982, pp. 2555–2556",
    control="the same cues in a network that stores too many patterns; energy where couplings act"
    " in one direction only",
    control_rule=below(0.5),
)
def recall(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A damaged pattern settles into the stored one, and no single update raises the energy."""
    table, energy = tables["recall"], tables["energy"]

    def cues(network: str) -> list[Measured]:
        part = table[table.network == network]
        return [
            Measured.from_seeds(per_seed(part, "share", cue=cue), cue) for cue in part.cue.unique()
        ]

    def rise(couplings: str, rule: Rule) -> Measured:
        part = energy[energy.couplings == couplings]
        largest = couplings == "symmetric"
        name = f"largest rise of the energy in one update, {couplings} couplings"
        return worst(part.rise, part.seed, largest, name=name, rule=rule, unit="units of energy")

    return Evidence(
        [*cues("below capacity"), rise("symmetric", at_most(0))],
        [*cues("above capacity"), rise("one-way", above(0))],
    )


@claims.claim(
    id="capacity",
    unit="patterns per neuron",
    rule=within(0.13, 0.145),
    source="Hopfield 1982, p. 2556; Amit et al. 1985",
    control="images as patterns, at a load where random patterns are safe: Hebb's rule loses them,"
    " the pseudo-inverse rule keeps them",
    control_rule=below(0.5),
    control_unit="of the images",
)
def capacity(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A large network remembers about 0.14 random patterns per neuron, and then forgets them all.

    The load at which half of the memory is lost, extrapolated to the infinite network by a straight
    line over N^(−2/3), a line a seed.
    """
    loads = wide(tables["critical_loads"], "size", "load")
    scale = loads.columns.to_numpy(dtype=float) ** FINITE_SIZE
    limits = loads.apply(lambda row: stats.linregress(scale, row).intercept, axis=1)
    images = tables["correlated"]
    images = images[np.isclose(images.load, section(cfg, "judged"))]
    return Evidence(
        [Measured.from_seeds(limits)],
        [
            Measured.from_seeds(per_seed(images, "share", arm="images, Hebb"), "Hebb's rule"),
            Measured.from_seeds(
                per_seed(images, "share", arm="images, pseudo-inverse"),
                "pseudo-inverse rule",
                rule=above(0.95),
            ),
            Measured.from_seeds(
                per_seed(images, "share", arm="random, Hebb"),
                "Hebb's rule, random patterns",
                rule=above(0.95),
            ),
        ],
    )


@claims.claim(
    id="exponential",
    unit="bits per dimension",
    rule=above(0.5),
    source=f"{RAMSAUER}, Theorem 3; Demircigil et al. 2017",
    control="the classical network: logarithm of its capacity over its size, and the exponent of"
    " the size",
    control_rule=below(0.05),
)
def exponential(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The modern network retrieves a number of patterns that is exponential in their dimension."""
    bits = wide(tables["bits"], "dimension", "bits")
    dimensions = bits.columns.to_numpy(dtype=float)
    fits = [stats.linregress(dimensions, row) for row in bits.to_numpy()]
    classical = tables["dense_capacity"]
    classical = wide(classical[classical.order == 2], "size", "patterns")
    sizes, patterns = classical.columns.to_numpy(dtype=float), classical.to_numpy()
    return Evidence(
        [
            Measured.from_seeds([fit.slope for fit in fits], "growth"),
            Measured.from_seeds(
                [fit.rvalue**2 for fit in fits], "straightness", rule=above(0.98), unit="R²"
            ),
        ],
        [
            Measured.from_seeds(
                slopes(sizes, np.log2(patterns)), "growth of the classical network"
            ),
            Measured.from_seeds(
                slopes(np.log(sizes), np.log(patterns)),
                "power of the size",
                rule=within(0.85, 1.15),
                unit="exponent",
            ),
        ],
    )


@claims.claim(
    id="dense-memory",
    unit="in the exponent",
    rule=within(-0.2, 0.2),
    source=f"{KROTOV}, section 3",
    control="the quadratic energy, held to the exponent of the cubic one",
    control_rule=below(-0.5),
)
def dense_memory(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With an energy of order n, capacity grows as the power n − 1 of the number of neurons."""
    table = tables["dense_capacity"]
    powers = {}
    for order in sorted(table.order.unique()):
        patterns = wide(table[table.order == order], "size", "patterns")
        sizes = patterns.columns.to_numpy(dtype=float)
        powers[order] = slopes(np.log(sizes), np.log(patterns.to_numpy()))
    if 2 not in powers:
        raise NoData("no energy of order 2 was measured")
    return Evidence(
        [Measured.from_seeds(p - (order - 1), f"order {order}") for order, p in powers.items()],
        [Measured.from_seeds(powers[2] - 2)],
    )


def identities(table: pd.DataFrame, group: str) -> Evidence:
    """Every identity of a group, and what becomes of each at another inverse temperature."""
    table = table[table.group == group]
    if table.empty:
        raise NoData(f"no identity of {group} was checked")
    parts = dict(list(table.groupby("identity", sort=False)))
    return Evidence(
        [worst(part.difference, part.seed, name=name) for name, part in parts.items()],
        [worst(part.mismatch, part.seed, False, name=name) for name, part in parts.items()],
    )


@claims.claim(
    id="is-attention",
    unit="largest difference",
    rule=below(ROUNDING),
    source=f"{RAMSAUER}, section 2",
    control="the same at another inverse temperature, smallest difference of any draw",
    control_rule=above(WRONG),
)
def is_attention(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """One update of the modern network is attention: batched, masked and with several heads."""
    return identities(tables["identities"], "attention")


@claims.claim(
    id="one-step",
    unit="of the bound",
    rule=at_most(1),
    source=f"{RAMSAUER}, Theorems 4 and 5",
    control="a bound with twice the separation; patterns close together at the same inverse"
    " temperature",
    control_rule=above(1),
)
def one_step(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """One update retrieves a well-separated pattern, with an error that falls as exp(−βΔ)."""
    table = tables["separation"]
    apart, close = table[table.arm == "apart"], table[table.arm == "close together"]
    error = wide(apart, "product", "log_error")
    falling = slopes(error.columns.to_numpy(dtype=float), error.to_numpy())
    most = apart["product"].max()
    return Evidence(
        [
            worst(apart.of_bound, apart.seed, name="largest error"),
            Measured.from_seeds(
                falling, "slope of the log error", rule=at_most(-0.95), unit="per βΔ"
            ),
            Measured.from_seeds(
                per_seed(apart, "error", product=most),
                "error at the largest βΔ",
                rule=below(0.01),
                unit=BETWEEN,
            ),
        ],
        [
            worst(apart.of_double_bound, apart.seed, name="largest error, twice the separation"),
            Measured.from_seeds(
                per_seed(close, "error", product=most),
                "patterns close together",
                rule=above(0.3),
                unit=BETWEEN,
            ),
        ],
    )


@claims.claim(
    id="beta",
    unit="of the distance from image to average",
    rule=at_most(0.1),
    source=f"{RAMSAUER}, section 2 and Fig. 1",
    control="how far each extreme is from what the other retrieves",
    control_rule=above(0.5),
)
def beta(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The inverse temperature decides between a stored image, a blend of some and the average."""
    table = tables["regimes"]

    def at(regime: str, value: str) -> pd.Series:
        return per_seed(table, value, beta=section(cfg, f"regimes.{regime}"))

    return Evidence(
        [
            Measured.from_seeds(at("average", "to_average"), "low: distance to the average"),
            Measured.from_seeds(at("retrieval", "to_stored"), "high: distance to the stored image"),
            Measured.from_seeds(
                at("blur", "effective"),
                "between: images that are blended",
                rule=within(2, section(cfg, "regimes.stored") / 2),
                unit="images",
            ),
        ],
        [
            Measured.from_seeds(at("average", "to_stored"), "low: distance to the stored image"),
            Measured.from_seeds(at("retrieval", "to_average"), "high: distance to the average"),
        ],
    )


@claims.claim(
    id="arc",
    unit="largest difference",
    rule=below(ROUNDING),
    source=f"Ackley et al. 1985; Barra et al. 2012; {RAMSAUER}",
    control="the same at another inverse temperature, smallest difference of any draw",
    control_rule=above(WRONG),
)
def arc(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Hopfield networks, Boltzmann machines, restricted ones and attention are one family."""
    return identities(tables["identities"], "family")


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
