"""The claims of the sharpness study.

Rules and margins were written before any result. The rate at which warm-up is judged was changed
once, after a first run; the report gives the reason among the differences from the papers.
"""

from collections.abc import Mapping
from typing import Any

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    above,
    at_most,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import NoData, ratio_interval
from workflow_scripts.learning.quantities import ACCURACY, LOSS
from workflow_scripts.studies.sharpness.minima import Minima, Tables
from workflow_scripts.studies.sharpness.quantities import ADAPTIVE, NOISE, TOP, TRACE

KESKAR = "Keskar et al. 2017"
SAM = "Foret et al. 2021"

claims = Claims("sharpness")


@claims.claim(
    id="large-batch-sharp",
    unit="×",
    rule=above(1.5),
    source=f"{KESKAR}, table 3",
)
def large_batch_sharp(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Large batches end in sharper minima than small ones at the same training loss."""
    minima = Minima(tables)
    return Evidence(
        [
            Measured(
                ratio_interval(minima.ratio(measure.column, {"arm": "large"}, {"arm": "small"})),
                measure.words,
            )
            for measure in (TOP, TRACE)
        ]
    )


@claims.claim(
    id="large-batch-generalises-worse",
    unit=ACCURACY.difference,
    rule=above(0.3),
    source=f"{KESKAR}, table 2",
    control="small batches against large ones with equal steps and the rate scaled by the root",
    control_rule=below(0.3),
)
def large_batch_generalises_worse(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """At equal epochs and the same learning rate large batches generalise worse."""
    minima = Minima(tables)
    small = minima.accuracy(arm="signals-small")
    rate = float(minima.ends(arm="signals-small").rate.iloc[0])
    large = minima.accuracy(arm="signals-large", rate=rate)
    return Evidence(
        [Measured.from_seeds(paired(small, large))],
        [Measured.from_seeds(paired(small, minima.accuracy(arm="signals-large-steps")))],
    )


@claims.claim(
    id="flat-generalises",
    unit="Kendall's τ",
    rule=above(0),
    source=f"{KESKAR}; Andriushchenko et al. 2023",
)
def flat_generalises(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Over a pool of minima at one training loss, the sharper ones have the larger test error.

    A correlation of ranks over the arms for each seed, then its mean over seeds.
    """
    minima = Minima(tables)
    return Evidence(
        [
            Measured.from_seeds(minima.rank_correlation(measure.column), measure.words)
            for measure in (TOP, ADAPTIVE)
        ]
    )


@claims.claim(
    id="dinh",
    unit="×",
    rule=above(1e4),
    source="Dinh et al. 2017, section 3",
    control="adaptive sharpness, which rescaling cannot change",
    control_rule=within(0.99, 1.01),
)
def dinh(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The same function has minima of any sharpness: it is no property of the function.

    Of the strongest rescaling of layers: how much it multiplies the largest eigenvalue, and how
    far it moves any output.
    """
    table = tables["rescaling"]
    factor = table.factor.min()
    minima, other = (table[table.factor == each].set_index("seed") for each in (1.0, factor))
    return Evidence(
        [
            Measured(ratio_interval(other.top / minima.top), TOP.words),
            Measured.exact(
                float(other.difference.max()), "largest change of an output", at_most(1e-6), "logit"
            ),
        ],
        [Measured(ratio_interval(other.adaptive / minima.adaptive))],
    )


@claims.claim(
    id="sam",
    unit="×",
    rule=below(0.7),
    source=f"{SAM}, table 1 and fig. 3",
    control="steps of the same length in a random direction do not flatten; and a radius of zero,"
    " beside other members, is plain training to the bit",
    control_rule=above(0.7),
)
def sam(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Sharpness-aware minimisation finds flatter minima that generalise better.

    The largest eigenvalue is compared at the same training loss, because that of cross-entropy
    falls with the loss; test accuracy against plain training of twice the steps.
    """
    minima = Minima(tables)
    plain = {"arm": "medium"}
    chosen = {"arm": "sam", "radius": section(cfg, "compared")}
    twin = paired(
        minima.at_target("test_loss", arm="sam", radius=0.0), minima.at_target("test_loss", **plain)
    )
    return Evidence(
        [
            Measured(ratio_interval(minima.ratio(TOP.column, chosen, plain)), TOP.words),
            Measured.from_seeds(
                paired(minima.accuracy(**chosen), minima.accuracy(**plain)),
                "test accuracy against twice the steps",
                above(0),
                ACCURACY.difference,
            ),
        ],
        [
            Measured(
                ratio_interval(minima.ratio(TOP.column, {"arm": "random"}, plain)),
                f"{TOP.words}, random direction",
            ),
            Measured.exact(
                float(twin.abs().max()), "test loss, radius zero", within(0, 0), LOSS.unit
            ),
        ],
    )


@claims.claim(
    id="robust-to-noise",
    unit="×",
    rule=above(1),
    source=f"{KESKAR}; {SAM}",
)
def robust_to_noise(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Under noise of the same size relative to the weights sharper minima lose more.

    Ratio of the increase of the training loss, sharp to flat.
    """
    minima = Minima(tables)
    flat = {"arm": "sam", "radius": section(cfg, "compared")}
    return Evidence(
        [
            Measured(ratio_interval(minima.ratio(NOISE.column, {"arm": sharp}, to)), name)
            for sharp, to, name in (
                ("large", {"arm": "small"}, "large batches against small"),
                ("medium", flat, "plain training against sharpness-aware"),
            )
        ]
    )


@claims.claim(
    id="warm-up",
    unit="×",
    rule=above(1),
    source="Goyal et al. 2017; Gilmer et al. 2022",
    control="the same at a low rate: no difference",
    control_rule=within(0.8, 1.25),
)
def warm_up(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """At the highest stable learning rate warm-up leads to a flatter minimum and less test error.

    Stable is a rate at which every seed reaches the common training loss, with and without. Largest
    eigenvalue without over with, at that loss; test accuracy at the end.
    """
    minima = Minima(tables)
    stable = minima.stable_rates("warm-up") & minima.stable_rates("rates")
    if len(stable) < 2:
        raise NoData(f"fewer than two rates are stable with and without warm-up: {sorted(stable)}")
    rules = {max(stable): above(0), min(stable): within(-0.5, 0.5)}
    parts = []
    for rate, rule in rules.items():
        without, warm = {"arm": "rates", "rate": rate}, {"arm": "warm-up", "rate": rate}
        gain = paired(minima.accuracy(**warm), minima.accuracy(**without))
        parts.append(
            [
                Measured(ratio_interval(minima.ratio(TOP.column, without, warm)), TOP.words),
                Measured.from_seeds(gain, "test accuracy", rule, ACCURACY.difference),
            ]
        )
    return Evidence(*parts)


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
