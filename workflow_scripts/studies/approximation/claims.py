"""The claims of the approximation study. Rules and margins were written before any result.

A seed is a set of functions, with the initial values and the data order of the networks that learn
them. Slopes are those of the logarithm of the largest error over the logarithm of the width.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    above,
    at_least,
    at_most,
    below,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import NotFinite, ratio_interval
from workflow_scripts.evidence.statistics.looks import FREE
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.studies.approximation.effects import (
    OPTIMISERS,
    Tables,
    doublings,
    power,
    ratio,
    widths,
)
from workflow_scripts.studies.approximation.exhibits import (
    counting,
    other_functions,
    square,
    stopped,
    telgarsky,
)
from workflow_scripts.studies.approximation.marks import KINKED, POLYNOMIAL, RELU, ROUGH, SMOOTH

SLOPE = "in the exponent"
LEFT = "of the variance left"
YAROTSKY = "Yarotsky 2017"
TELGARSKY = "Telgarsky 2015"
NOT_LEARNED = 5
"""Fewest tents of which the claim says that they are not learned."""
LEARNED = 2
"""Most tents of which its control says that they are."""
MISSED = 0.5
"""Share of the variance of which the claim says that the best shallow fit misses more."""
LOG_PRECISION = -10.0
"""log₁₀ of the error that polynomials must reach."""

claims = Claims("approximation")


@claims.claim(
    id="any-precision",
    unit=SLOPE,
    rule=at_most(-1.8),
    source="Cybenko 1989; Leshno et al. 1993; Yarotsky 2017",
    control="a polynomial of degree 3 as activation",
    control_rule=above(-0.1),
    seeds="other_seeds",
    pilot=Effect(3.1),
)
def any_precision(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """One hidden layer with enough units comes as close to a continuous function as one wants.

    The error of the network that interpolates falls as a power of the width: smooth functions,
    functions with kinks off the grid, and rough ones.
    """
    rules = {SMOOTH: None, KINKED: at_most(-0.8), ROUGH: below(-0.2)}

    def slope(kind: str, activation: str) -> pd.Series:
        return power(tables["constructed"], "width", "inside", kind=kind, activation=activation)

    return Evidence(
        [Measured.from_seeds(slope(kind, RELU), kind, rule) for kind, rule in rules.items()],
        [Measured.from_seeds(slope(kind, POLYNOMIAL), kind) for kind in rules],
    )


@claims.claim(
    id="not-training",
    unit="×",
    rule=at_least(10),
    source="Malach & Shalev-Shwartz 2019; Safran & Lee 2022",
    control="the same with 4 units",
    control_rule=below(3),
    pilot=Effect(1.3),
)
def not_training(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """That a good network exists says nothing about training: descent ends far above it.

    Largest error of the trained network over that of the constructed one of the same width, smooth
    functions, for Adam at the best of several rates and for L-BFGS in float64.
    """
    narrow, wide = widths(tables["trained"])

    def measured(width: int) -> list[Measured]:
        return [
            Measured(ratio_interval(ratio(tables, optimiser, SMOOTH, width)), optimiser)
            for optimiser in OPTIMISERS
        ]

    return Evidence(measured(wide), measured(narrow))


@claims.claim(
    id="not-off-domain",
    unit=SLOPE,
    rule=above(-0.1),
    source="Cybenko 1989, Theorem 2: on a compact set",
    control="the error inside the interval",
    control_rule=below(-0.2),
    looks=FREE,
    pilot=Effect(1.0),
)
def not_off_domain(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Outside the interval nothing is promised: the error there does not fall with the width.

    Smooth functions, up to two fifths of the interval's length beside it on each side. The error of
    constructed networks inside must fall with a slope below −0.8.
    """

    def measured(value: str, constructed: Any = None) -> list[Measured]:
        trained = {
            optimiser: power(tables["trained"], "width", value, kind=SMOOTH, optimiser=optimiser)
            for optimiser in OPTIMISERS
        }
        built = power(tables["constructed"], "width", value, kind=SMOOTH, activation=RELU)
        return [
            Measured.from_seeds(built, "constructed", constructed),
            *[Measured.from_seeds(each, optimiser) for optimiser, each in trained.items()],
        ]

    return Evidence(measured("outside"), measured("inside", below(-0.8)))


@claims.claim(
    id="depth-beats-width",
    unit="doublings per tent",
    rule=within(0.9, 1.1),
    source=f"{TELGARSKY}, Theorem 1.1",
    control="as many smooth increasing maps, composed",
    control_rule=below(0.5),
    seeds="other_seeds",
    pilot=Effect(6.5),
)
def depth_beats_width(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Some functions need exponentially many units in one layer, and a deep network linearly many.

    Tents with random peaks, composed: the linear pieces that the best fit needs (dynamic
    programming), the pieces that the deep network has, and what the best fit leaves that a shallow
    network with as many parameters could be.
    """
    table = tables["tents"]
    folded = table[table.arm == "tents"]
    fitted = folded[folded.depth.isin(table[table.arm == "monotone"].depth)]
    smooth = table[table.arm == "monotone"]
    if folded.empty or smooth.empty:
        raise NoData("tents or smooth maps were not composed")
    pieces = (folded.pieces / 2.0**folded.depth).to_numpy(dtype=float)
    if not (np.isfinite(pieces).all() and np.isfinite(folded.error).all()):
        raise NotFinite("the pieces of some network of tents are not known")
    deepest = int(fitted.depth.max())
    worst = pieces[np.argmax(np.abs(pieces - 1))]
    return Evidence(
        [
            Measured.from_seeds(doublings(fitted, "depth", "needed"), "pieces needed"),
            Measured.from_seeds(
                per_seed(fitted, "shallow", depth=deepest),
                "best shallow fit",
                above(MISSED),
                LEFT,
            ),
            Measured.exact(
                float(worst), "pieces of the deep network", within(1, 1), "of 2 to the depth"
            ),
            Measured.exact(
                float(folded.error.max(skipna=False)),
                "error of the deep network",
                at_most(1e-9),
                "largest difference",
            ),
        ],
        [Measured.from_seeds(doublings(smooth, "depth", "needed"))],
    )


@claims.claim(
    id="deep-not-found",
    unit=LEFT,
    rule=above(0.5),
    source="Malach & Shalev-Shwartz 2019; Telgarsky 2015",
    control=f"at most {LEARNED} tents",
    control_rule=below(0.05),
    seeds="other_seeds",
    pilot=Effect(3.0),
)
def deep_not_found(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """What a deep network can represent exactly, training need not find: composed tents.

    Share of the variance that trained deep networks leave, into which the exact network fits.
    """
    table = tables["deep"]
    depths = sorted(table.depth.unique())

    def measured(chosen: list[int]) -> list[Measured]:
        if not chosen:
            raise NoData("too few numbers of tents were learned")
        return [
            Measured.from_seeds(per_seed(table, "left", depth=depth), f"{depth} tents")
            for depth in chosen
        ]

    return Evidence(
        measured([depth for depth in depths if depth >= NOT_LEARNED]),
        measured([depth for depth in depths if depth <= LEARNED]),
    )


@claims.claim(
    id="polynomials-too",
    unit="log₁₀ of the largest error",
    rule=at_most(LOG_PRECISION),
    source="Weierstrass 1885; Trefethen 2019",
    control="equispaced interpolation of Runge's function",
    control_rule=above(0),
    seeds="other_seeds",
    pilot=Effect(12.0),
)
def polynomials_too(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A polynomial of high enough degree is universal as well.

    Interpolation at the most Chebyshev points, of the smooth functions.
    """
    table = tables["polynomials"]

    def logs(function: str, nodes: str) -> pd.Series:
        error = per_seed(table, "error", function=function, nodes=nodes, degree=table.degree.max())
        return error.map(np.log10)

    return Evidence(
        [Measured.from_seeds(logs("smooth", "Chebyshev"))],
        [Measured.from_seeds(logs("Runge", "equispaced"))],
    )


claims.identity(id="telgarsky", unit="difference", at_most=0, source=f"{TELGARSKY}, Lemma 3.6")(
    telgarsky
)
claims.identity(id="square", unit="difference", at_most=0, source=f"{YAROTSKY}, Proposition 2")(
    square
)
claims.identity(id="counting", unit="of the points", source=f"{TELGARSKY}, Theorem 1.1")(counting)
claims.count(
    id="other-functions", unit="× (geometric mean)", source="Malach & Shalev-Shwartz 2019"
)(other_functions)
claims.count(id="stopped", unit="", source="Kingma & Ba 2015; Liu & Nocedal 1989")(stopped)


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
