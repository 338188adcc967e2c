"""The claims of the sharpness study, in their second registration.

The page lists what differs from the first one. Networks that did not reach the common loss are
counted as `minima.counted` and `ranks.rank_correlation` say.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import Quantity
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Rule,
    above,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.claims.shown import Shown
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.learning.quantities import ACCURACY
from workflow_scripts.studies.sharpness.minima import Minima, Selection, Tables
from workflow_scripts.studies.sharpness.quantities import (
    ADAPTIVE,
    NOISE,
    PREDICTED,
    TOP,
    TRACE,
)

KESKAR = "Keskar et al. 2017"
SAM = "Foret et al. 2021"
ANDRIUSHCHENKO = "Andriushchenko et al. 2023"

SHARPER, LIKE_PLAIN = above(1.5), within(0.67, 1.5)
"""Ratios of networks that are sharper, and of those as sharp as plain training leaves them."""
MORE = above(1)
FLATTER = 0.7
BETTER = above(0)
GAP = 0.3
"""Difference of test accuracy (pp) that counts as worse."""
CHANCE = below(0.2)
"""Rank correlations that permuted test errors may have: they are zero but for chance."""
AS_SHARP, AS_GOOD = within(0.8, 1.25), within(-0.5, 0.5)
"""Ratios of the largest eigenvalue, and differences of accuracy (pp), that are no difference."""

SMALL, LARGE = {"arm": "small"}, {"arm": "large"}
PLAIN, TUNED, RANDOM = {"arm": "medium"}, {"arm": "tuned"}, {"arm": "random"}
RANDOM_STEPS = "steps of SAM's length in random directions, against plain training"
TWICE = "test accuracy against twice the steps at the best rate"

claims = Claims("sharpness")


@claims.claim(
    id="large-batch-sharp",
    unit="×",
    rule=SHARPER,
    source=f"{KESKAR}, table 3",
    control=RANDOM_STEPS,
    control_rule=LIKE_PLAIN,
    pilot=Effect(3.5),
)
def large_batch_sharp(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Large batches end in sharper minima than small ones at the same training loss."""
    return Evidence(
        [_ratio(tables, measure, LARGE, SMALL, SHARPER) for measure in (TOP, TRACE)],
        [_ratio(tables, measure, RANDOM, PLAIN, LIKE_PLAIN) for measure in (TOP, TRACE)],
    )


@claims.claim(
    id="large-batch-generalises-worse",
    unit=ACCURACY.difference,
    rule=above(GAP),
    source=f"{KESKAR}, table 2",
    control="small batches against others that are small, in as many epochs and at their own rate",
    control_rule=below(GAP),
    pilot=Effect(1.7),
)
def large_batch_generalises_worse(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """In equal epochs and each at its own learning rate, large batches generalise worse.

    Test accuracy at the end, mean of the copies of a seed.
    """
    return Evidence(
        [Measured.from_seeds(_gap(tables, "signals-large"))],
        [Measured.from_seeds(_gap(tables, "signals-second"))],
    )


@claims.count(
    id="gap-explained",
    unit=ACCURACY.difference,
    source="Hoffer et al. 2017; Shallue et al. 2019",
)
def gap_explained(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """How much of the gap of large batches their own learning rate and equal steps close."""
    return [
        Shown(name, float(_gap(tables, f"signals-{arm}").mean()))
        for arm, name in (
            ("large-same", "equal epochs, the rate of small batches"),
            ("large", "equal epochs, their own rate"),
            ("large-steps", "equal steps, their own rate"),
        )
    ]


@claims.claim(
    id="flat-generalises",
    unit="Kendall's τ",
    rule=BETTER,
    source=f"{KESKAR}; {ANDRIUSHCHENKO}",
    control="the same with permuted test errors",
    control_rule=CHANCE,
    pilot=Effect(1.4),
)
def flat_generalises(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Of minima at one learning rate and training loss, those of larger curvature err more.

    Rank correlation of the largest eigenvalue of the Hessian and the test error over the arms,
    for each seed.
    """
    return _ranked(tables, TOP)


@claims.claim(
    id="flat-generalises-adaptive",
    unit="Kendall's τ",
    rule=BETTER,
    source=f"{ANDRIUSHCHENKO}; Kwon et al. 2021",
    control="the same with permuted test errors",
    control_rule=CHANCE,
    pilot=Effect(1.4),
)
def flat_generalises_adaptive(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Of minima at one learning rate and training loss, the adaptively sharper ones err more.

    Rank correlation of adaptive sharpness, which rescaling cannot change, and the test error.
    """
    return _ranked(tables, ADAPTIVE)


@claims.claim(
    id="sam",
    unit="×",
    rule=below(FLATTER),
    source=f"{SAM}, table 1 and fig. 3",
    control=RANDOM_STEPS,
    control_rule=above(FLATTER),
    pilot=Effect(1.7),
)
def sam(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Sharpness-aware minimisation finds flatter minima that generalise better.

    The largest eigenvalue is compared at the same rate and training loss, because that of
    cross-entropy falls with the loss; test accuracy against plain training of twice the steps at
    the rate that suits it best.
    """
    chosen = {"arm": "sam", "radius": section(cfg, "compared")}
    return Evidence(
        [
            _ratio(tables, TOP, chosen, PLAIN, below(FLATTER)),
            _ahead(tables, chosen, TUNED, TWICE, BETTER),
        ],
        [
            _ratio(tables, TOP, RANDOM, PLAIN, above(FLATTER)),
            _ahead(tables, RANDOM, TUNED, TWICE, below(GAP)),
        ],
    )


@claims.claim(
    id="robust-to-noise",
    unit="×",
    rule=MORE,
    source=f"{KESKAR}; {SAM}",
    control=RANDOM_STEPS,
    control_rule=LIKE_PLAIN,
    pilot=Effect(5.0),
)
def robust_to_noise(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Under noise of the same size relative to the weights, minima of large batches lose more.

    Ratio of the increases of the training loss, large batches to small ones.
    """
    return Evidence(
        [_ratio(tables, NOISE, LARGE, SMALL, MORE)],
        [_ratio(tables, NOISE, RANDOM, PLAIN, LIKE_PLAIN)],
    )


@claims.count(id="noise-beyond-curvature", unit="×", source=SAM)
def noise_beyond_curvature(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """How much more the loss rises under noise than curvature at the minimum predicts.

    The prediction is the trace of the Hessian, weighted by the squares of the sizes of the noise.
    """
    reached = Minima(tables).reached
    increase = reached[NOISE.column] / reached[PREDICTED.column]
    return [
        Shown(name, float(increase[reached.arm == arm].mean()))
        for arm, name in (("large", "large batches"), ("small", "small batches"))
    ]


@claims.claim(
    id="warm-up",
    unit="×",
    rule=MORE,
    source="Goyal et al. 2017; Gilmer et al. 2022",
    control="the same at a low rate: no difference",
    control_rule=AS_SHARP,
    pilot=Effect(1.1),
)
def warm_up(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Warm-up lets a high learning rate train to a flatter minimum that generalises better.

    Largest eigenvalue without over with warm-up at the common training loss, and test accuracy at
    the end, at the highest rate; the lowest one is the control.
    """
    ends = Minima(tables).last
    rates = ends[ends.arm == "warm-up"].rate
    parts = []
    for rate, sharp, better in (
        (rates.max(), MORE, BETTER),
        (rates.min(), AS_SHARP, AS_GOOD),
    ):
        without, warm = ({"arm": arm, "rate": rate} for arm in ("abrupt", "warm-up"))
        parts.append(
            [
                _ratio(tables, TOP, without, warm, sharp),
                _ahead(tables, warm, without, "test accuracy", better),
            ]
        )
    return Evidence(*parts)


@claims.identity(id="dinh", unit="nats", at_most=1e-6, source="Dinh et al. 2017, section 3")
def dinh(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The same function has minima of any sharpness: it is no property of the function.

    Of the strongest rescaling of two layers, the worst of all seeds.
    """
    table = tables["rescaling"]
    plain, other = (
        table[table.factor == factor].set_index("seed") for factor in (1.0, table.factor.min())
    )
    adaptive = (other.adaptive - plain.adaptive).abs().max(skipna=False)
    growth = (other["top"] / plain["top"]).min(skipna=False)
    return [
        Shown("largest change of a logit", float(other.difference.max(skipna=False))),
        Shown("largest change of adaptive sharpness", float(adaptive)),
        Shown("smallest growth of the largest eigenvalue", float(growth), above=1e4, unit="×"),
    ]


def _ratio(
    tables: Tables, measure: Quantity, ours: Selection, others: Selection, rule: Rule
) -> Measured:
    ratios = Minima(tables).ratio(measure.column, ours, others, rule)
    return Measured(ratio_interval(ratios), measure.words, rule)


def _ahead(tables: Tables, ours: Selection, others: Selection, name: str, rule: Rule) -> Measured:
    minima = Minima(tables)
    gain = paired(minima.accuracy(**ours), minima.accuracy(**others))
    return Measured.from_seeds(gain, name, rule, ACCURACY.difference)


def _gap(tables: Tables, arm: str) -> pd.Series:
    minima = Minima(tables)
    return paired(minima.accuracy(arm="signals-small"), minima.accuracy(arm=arm))


def _ranked(tables: Tables, measure: Quantity) -> Evidence:
    minima = Minima(tables)
    return Evidence(
        [Measured.from_seeds(minima.rank_correlation(measure.column))],
        [Measured.from_seeds(minima.rank_correlation(measure.column, permuted=True))],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
