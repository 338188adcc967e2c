"""The claims of the study of Hopfield networks. Rules and margins were written before any result.

A seed is a set of random patterns, or of images, with the networks that store it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    above,
    at_most,
    below,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import proportion_interval, ratio_interval
from workflow_scripts.evidence.statistics.looks import FREE
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.studies.hopfield.exhibits import (
    arc,
    bound,
    energy,
    exponents,
    is_attention,
    local_growth,
)
from workflow_scripts.studies.hopfield.measures import (
    column,
    fitted_slopes,
    limits,
    passing,
    power_over_exponential,
    wide,
)

Tables = Mapping[str, pd.DataFrame]

RAMSAUER = "Ramsauer et al. 2021"
KROTOV = "Krotov & Hopfield 2016"
RECALLED, LOST = 0.95, 0.05
"""Share of its cues above which a network recalls, and below which it has lost its patterns."""
KEPT = 0.14
"""Patterns per neuron that the pseudo-inverse rule must keep of images."""
BETWEEN = "of the distance between patterns"
ROUNDING = 1e-12
"""Largest difference allowed between two ways to compute one number in float64."""

claims = Claims("hopfield")


@claims.claim(
    id="recall",
    unit=f"of the networks recall > {100 * RECALLED:g} % of their cues",
    rule=above(0.5),
    source="Hopfield 1982, pp. 2555–2556",
    control="the same cues in a network that stores too many patterns",
    control_rule=above(0.5),
    control_unit=f"of the networks recall < {100 * LOST:g} % of their cues",
    looks=FREE,
    pilot=Share(0.97, 0.5),
)
def recall(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A partial or noisy pattern settles into the stored one."""
    table = tables["recall"]

    def networks(name: str, recalled: bool) -> list[Measured]:
        part = table[table.network == name]
        shares = {cue: per_seed(part, "share", cue=cue) for cue in part.cue.unique()}
        counted = {
            cue: passing(share, lambda s: s > RECALLED if recalled else s < LOST)
            for cue, share in shares.items()
        }
        return [Measured(proportion_interval(seeds), cue) for cue, seeds in counted.items()]

    return Evidence(networks("below capacity", True), networks("above capacity", False))


@claims.claim(
    id="capacity",
    unit="patterns per neuron",
    rule=within(0.13, 0.145),
    source="Hopfield 1982, p. 2556; Amit et al. 1985",
    control="images instead of random patterns: lost by Hebb's rule, kept by the pseudo-inverse"
    " rule",
    control_rule=below(0.05),
    looks=FREE,
    pilot=Effect(1.8),
)
def capacity(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A large network remembers about 0.14 random patterns per neuron.

    The load at which the mean overlap falls below each of several levels, extrapolated to the
    infinite network, where all levels are passed at once; the exponent of the size is fitted.
    """
    images = tables["half_recalled"]
    return Evidence(
        [Measured.from_seeds(limits(tables["critical_loads"]))],
        [
            Measured.from_seeds(per_seed(images, "load", arm="images, Hebb"), "Hebb's rule"),
            Measured.from_seeds(
                per_seed(images, "load", arm="images, pseudo-inverse"),
                "pseudo-inverse rule",
                rule=above(KEPT),
            ),
        ],
    )


@claims.claim(
    id="exponential",
    unit="bits per dimension",
    rule=above(0.5),
    source=f"{RAMSAUER}, Theorem 3; Demircigil et al. 2017",
    control="the classical network, over sizes in the same proportions: a power of the size",
    control_rule=within(0.85, 1.15),
    control_unit="exponent",
    looks=FREE,
    pilot=Effect(2.7),
)
def exponential(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The modern network retrieves a number of patterns that is exponential in their dimension."""
    bits = wide(tables["bits"], "dimension", "bits")
    classical = _capacities(tables, 2).apply(np.log2)
    beaten, times = "error of a power law over that of an exponential law", "times"
    return Evidence(
        [
            Measured.from_seeds(fitted_slopes(bits, bits.columns.to_numpy(dtype=float)), "growth"),
            Measured(ratio_interval(power_over_exponential(bits)), beaten, above(1), times),
        ],
        [
            Measured.from_seeds(_powers(tables, 2), "power of the size"),
            Measured(ratio_interval(power_over_exponential(classical)), beaten, below(1), times),
        ],
    )


@claims.claim(
    id="dense-memory",
    unit="in the exponent",
    rule=within(-0.2, 0.2),
    source=f"{KROTOV}, section 3",
    control="the quadratic energy, held to the exponent of the cubic one",
    control_rule=below(-0.2),
    looks=FREE,
    pilot=Effect(3.0),
)
def dense_memory(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With an energy of order n, capacity grows as the power n − 1 of the number of neurons."""
    return Evidence(
        [
            Measured.from_seeds(_powers(tables, order) - (order - 1), f"order {order}")
            for order in (3, 4)
        ],
        [Measured.from_seeds(_powers(tables, 2) - 2)],
    )


@claims.claim(
    id="one-step",
    unit="per βΔ",
    rule=at_most(-0.95),
    source=f"{RAMSAUER}, Theorems 4 and 5",
    control="the same patterns at inverse temperatures that do not separate them, βΔ < 1",
    control_rule=above(0.1),
    control_unit=BETWEEN,
    looks=FREE,
    pilot=Effect(33),
)
def one_step(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """One update retrieves a well-separated pattern, with an error that falls as exp(−βΔ)."""
    apart = tables["separation"]
    apart = apart[apart.arm == "apart"]
    logs, errors = wide(apart, "product", "log_error"), wide(apart, "product", "error")
    logs = logs.loc[:, logs.columns >= section(cfg, "separation.separated")]
    if logs.shape[1] < 2:
        raise NoData("no error was measured where patterns are separated")
    return Evidence(
        [Measured.from_seeds(fitted_slopes(logs, logs.columns.to_numpy(dtype=float)))],
        [
            Measured.from_seeds(errors[product], f"βΔ = {product:g}")
            for product in errors.columns.to_numpy(dtype=float)
            if product < 1
        ],
    )


@claims.claim(
    id="beta",
    unit="images weigh in",
    rule=below(1.5),
    source=f"{RAMSAUER}, section 2 and Fig. 1",
    control="images with shuffled pixels: how wide, in decades of the inverse temperature, the"
    " regime of blends is",
    control_rule=below(0.5),
    control_unit="of the width with images",
    looks=FREE,
    pilot=Effect(6.5),
)
def beta(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The inverse temperature decides between a stored image, a blend of some and the average."""
    table, blending = tables["regimes"], tables["blending"]
    number = wide(table[table.arm == "images"], "beta", "effective")
    widths = {arm: per_seed(blending, "decades", arm=arm) for arm in blending.arm.unique()}
    stored = section(cfg, "regimes.stored")

    def at(regime: str) -> pd.Series:
        return column(number, section(cfg, f"regimes.{regime}"))

    return Evidence(
        [
            Measured.from_seeds(at("retrieval"), "high"),
            Measured.from_seeds(at("blur"), "between", rule=within(2, stored / 2)),
            Measured.from_seeds(at("average"), "low", rule=above(0.9 * stored)),
        ],
        [Measured(ratio_interval(widths["shuffled pixels"] / widths["images"]))],
    )


def _capacities(tables: Tables, order: int) -> pd.DataFrame:
    table = tables["dense_capacity"]
    return wide(table[table.order == order], "size", "patterns")


def _powers(tables: Tables, order: int) -> pd.Series:
    """By seed: the power of the number of neurons with which capacity grows."""
    patterns = _capacities(tables, order).apply(np.log)
    return fitted_slopes(patterns, np.log(patterns.columns.to_numpy(dtype=float)))


claims.count(id="exponents", unit="patterns per neuron", source="Amit et al. 1985")(exponents)
claims.count(id="local-growth", unit="bits per dimension", source=f"{RAMSAUER}, Theorem 3")(
    local_growth
)
claims.identity(id="energy", unit="energy", at_most=0, source="Hopfield 1982, p. 2556")(energy)
claims.identity(id="bound", unit="of the bound", at_most=1, source=f"{RAMSAUER}, Theorem 5")(bound)
claims.identity(
    id="is-attention",
    unit="largest difference",
    at_most=ROUNDING,
    source=f"{RAMSAUER}, section 2",
)(is_attention)
claims.identity(
    id="arc",
    unit="largest difference",
    at_most=ROUNDING,
    source=f"Ackley et al. 1985; Barra et al. 2012; {RAMSAUER}",
)(arc)


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
