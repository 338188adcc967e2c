"""The claims of the study of focal loss, declared before any of its results."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import PERCENT, POINTS
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    Shown,
    above,
    below,
    paired,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.studies.focal.marks import GRADIENT, HALF, HUNDREDFOLD, MIDDLE, START, VALUE
from workflow_scripts.studies.focal.outcomes import Arms, Tables

LIN = "Lin et al. 2017"
PROBABILITY = "of probability"
THIRD = 1 / 3
"""Focal loss leaves easy negatives at most this part of what cross-entropy gives them."""
CALIBRATED = 0.05
"""A detector whose error is smaller has none to speak of."""
ROUNDING = 1e-12
"""Largest relative difference allowed in an identity."""
FAR = 0.01
"""Relative difference that the rival of an identity exceeds."""
SHARED = ("loss", "gradient")
"""What easy negatives have a share of."""

claims = Claims("focal")


@claims.claim(
    id="easy-negatives",
    unit=POINTS,
    rule=below(0),
    source=f"{LIN}, section 3 and Fig. 4",
    control="the same detectors on as many places without an object as with one",
    control_rule=below(50),
    control_unit=PERCENT,
    pilot=Effect(0.3),
)
def easy_negatives(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Easy negatives own the gradient of the cross-entropy, and focal loss takes it away.

    Their share of the cross-entropy and of its gradient at the start must be above one half; that
    of the focal loss is compared with a third of it, at the start and in the middle of training.
    """
    arms = Arms(tables, cfg)
    parts = [
        Measured.from_seeds(
            arms.share("plain", value, START), f"cross-entropy: {value}", above(50), PERCENT
        )
        for value in SHARED
    ]
    for moment in (START, MIDDLE):
        for value in SHARED:
            third = THIRD * arms.share("plain", value, moment)
            less = paired(arms.share("focal", value, moment), third)
            parts.append(Measured.from_seeds(less, f"{value}, {moment}"))
    control = [
        Measured.from_seeds(arms.share("plain", f"balanced_{value}", START), value)
        for value in SHARED
    ]
    return Evidence(parts, control)


@claims.claim(
    id="detector",
    unit=POINTS,
    rule=above(0),
    source=f"{LIN}, Table 1b",
    control="focal loss with γ = 5, which must be worse than with γ = 2",
    control_rule=above(0.5),
    control_unit="of seeds",
    pilot=Share(0.95),
)
def detector(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A dense detector trained with focal loss ranks better than with any usual cross-entropy.

    Average precision, against cross-entropies with α up to 0.9, as the paper has them; rates and
    the prior of all arms were fixed before.
    """
    arms = Arms(tables, cfg)
    return Evidence(arms.above_each(("usual",)), [arms.seeds_below("steep", "focal")])


@claims.claim(
    id="detector-best-alpha",
    unit=POINTS,
    rule=above(0),
    source="this study; Chen et al. 2019",
    control="against cross-entropy from a prior as rare as objects are",
    control_rule=below(1),
    pilot=Effect(0.5),
)
def detector_best_alpha(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """It ranks better than cross-entropy with any weight α, also with those nearer 1.

    All of these start from the prior of the paper. In the control cross-entropy starts from one as
    rare as objects are, and focal loss must be less than a point better.
    """
    arms = Arms(tables, cfg)
    matched = paired(arms.precision("focal"), arms.precision("matched"))
    return Evidence(arms.above_each(("usual", "extreme")), [Measured.from_seeds(matched)])


@claims.claim(
    id="prior",
    unit=POINTS,
    rule=above(1),
    source=f"{LIN}, sections 3.3 and 4.1",
    control="uniform sampling of as many negatives as objects, which must lose less than half",
    control_rule=below(0),
    pilot=Effect(1.6),
)
def prior(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Without the prior bias training starts with a blow-up, and the detector is worse.

    The loss before training must be more than ten times as large, and the average precision of
    cross-entropy and of focal loss lower by more than a point. A detector that diverged has none.
    In the control objects are not rare: what it loses is compared with half of what cross-entropy
    loses.
    """
    arms = Arms(tables, cfg)
    lost = arms.lost("weighted", "unbiased")
    balanced = arms.lost("uniform", "unbiased_uniform")
    ratio = arms.share("unbiased", "total", START) / arms.share("weighted", "total", START)
    return Evidence(
        [
            Measured(ratio_interval(ratio), "loss before training", above(10), "×"),
            Measured.from_seeds(lost, "cross-entropy"),
            Measured.from_seeds(arms.lost("focal", "unbiased_focal"), "focal loss"),
        ],
        [Measured.from_seeds(paired(balanced, lost / 2))],
    )


@claims.claim(
    id="matched-prior",
    unit=POINTS,
    rule=above(-1),
    source="Chen et al. 2019",
    control="the same cross-entropy with the prior of the paper",
    control_rule=below(-1),
    pilot=Effect(1.8),
)
def matched_prior(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Cross-entropy that starts from a prior as rare as objects are is no worse than focal loss.

    Average precision of the cross-entropy with equal weights minus that of focal loss.
    """
    arms = Arms(tables, cfg)
    ours, theirs, focal = (arms.precision(role) for role in ("matched", "plain", "focal"))
    return Evidence(
        [Measured.from_seeds(paired(ours, focal))], [Measured.from_seeds(paired(theirs, focal))]
    )


@claims.claim(
    id="versus-mining",
    unit=POINTS,
    rule=above(-1),
    source=f"{LIN}, Table 1d; Shrivastava et al. 2016",
    control="uniform sampling of as many negatives as objects, without the prior",
    control_rule=below(-1),
    pilot=Effect(0.5),
)
def versus_mining(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Focal loss needs no sampling: it is no worse than mining, undersampling or a curriculum.

    Average precision, against hard examples of a batch, hard negatives in a ratio to the objects,
    random ones in a ratio, and easy ones first.
    """
    arms = Arms(tables, cfg)
    uniform = paired(arms.precision("unbiased_uniform"), arms.precision("focal"))
    return Evidence(arms.above_each(("rivals",)), [Measured.from_seeds(uniform)])


@claims.claim(
    id="calibration",
    unit=PROBABILITY,
    rule=below(0),
    source="this study; Mukhoti et al. 2020",
    control="the cross-entropy on balanced data, which must have no such error",
    control_rule=above(0.5),
    control_unit="of seeds have less than 0.05",
    pilot=Share(0.95),
)
def calibration(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The price of focal loss is under-confidence, which a temperature repairs.

    Signed calibration error at the objects: that of focal loss minus that of cross-entropy with
    equal weights. Scaled by a temperature from other scenes, its size must be less than half of
    what it was.
    """
    arms = Arms(tables, cfg)
    differs = paired(arms.error("focal"), arms.error("plain"))
    left = arms.error("focal", "scaled").abs() - arms.error("focal").abs() / 2
    return Evidence(
        [
            Measured.from_seeds(differs, "against cross-entropy"),
            Measured.from_seeds(left, "scaled, more than half of it"),
        ],
        [arms.calibrated("unbiased_uniform", CALIBRATED)],
    )


def _shown(tables: Tables, identities: tuple[str, ...], rival: str) -> list[Shown]:
    """The largest difference of each, then the smallest of the rival of the first."""
    table = tables["identities"]
    shown = []
    for name in identities:
        own = table[table.identity == name]
        if own.empty:
            raise NoData(f"the identity {name} was not checked")
        shown.append(Shown(name, float(np.max(own.difference.to_numpy()))))
    first = table[table.identity == identities[0]].mismatch.to_numpy()
    return [*shown, Shown(rival, float(np.min(first)), above=FAR)]


@claims.identity(id="gamma-zero", unit="relative", at_most=ROUNDING, source=f"{LIN}, section 3.2")
def gamma_zero(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """At γ = 0 the focal loss is the cross-entropy, at logits from −100 to 100."""
    return _shown(tables, (VALUE, GRADIENT), "a γ slightly above 0: values")


@claims.identity(id="hundredfold", unit="relative", at_most=ROUNDING, source=f"{LIN}, section 3.2")
def hundredfold(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """At γ = 2 the loss of an example with p = 0.9 is a hundredth, and with p = 0.5 a quarter."""
    return _shown(tables, (HUNDREDFOLD, HALF), "p = 0.5 instead of 0.9")


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
