"""The claims of the study of the neural tangent kernel, declared before any of its results."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import POINTS
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Shown,
    above,
    at_most,
    below,
    paired,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.studies.ntk.marks import (
    KERNEL,
    LINEARISED,
    NETWORK,
    RANDOM,
    SPARSE,
)
from workflow_scripts.studies.ntk.outcomes import (
    at_scale,
    gained,
    narrowest_to_widest,
    width_slopes,
)

claims = Claims("ntk")

Tables = Mapping[str, pd.DataFrame]
SLOPE = "of the logarithm in log width"
DEPTHS = (2, 3)
ALIGNMENT = "of alignment"
STILL = 0.01
"""Largest rise of the alignment in the lazy regime."""
BOUND = -0.4
"""Largest slope of a difference that is at most of the order of one over the root of the width."""
FAR = 1e-3
"""Relative difference that the rival of an identity exceeds."""


def _scales(cfg: Mapping[str, Any]) -> tuple[float, float]:
    """The output scale of the claims, and the small one of their controls."""
    return section(cfg, "alphas")[0], section(cfg, "widths.rich")


def _slopes(
    table: pd.DataFrame, value: str, alpha: float, depths: tuple[int, ...] = DEPTHS
) -> list[Measured]:
    return [
        Measured.from_seeds(width_slopes(table, value, layers, alpha), f"{layers} layers")
        for layers in depths
    ]


@claims.claim(
    id="constant-kernel",
    unit=SLOPE,
    rule=within(-1.15, -0.85),
    source="Jacot et al. 2018, Theorem 2; the rate is that of Dyer & Gur-Ari 2020, Table 1",
    control="an output scale α so small that networks of these widths are not in the limit",
    control_rule=above(-0.5),
    pilot=Effect(2.0),
)
def constant_kernel(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The kernel changes during training as one over the width, and so stays constant in the limit.

    Frobenius norm of its change on the training examples, relative to that of the kernel after
    training.
    """
    ours, rich = _scales(cfg)
    table = tables["widths"]
    return Evidence(_slopes(table, "kernel_change", ours), _slopes(table, "kernel_change", rich))


@claims.claim(
    id="lazy-weights",
    unit=SLOPE,
    rule=within(-0.6, -0.4),
    source="Chizat et al. 2019, section 1; Lee et al. 2019, Theorem 2.1",
    control="the same small α as of the kernel",
    control_rule=above(BOUND),
    pilot=Effect(6.0),
)
def lazy_weights(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The weights of a wide network barely move: their relative change is one over the root of it.

    In two layers; in three the norm of all weights grows with the width itself.
    """
    ours, rich = _scales(cfg)
    table = tables["widths"]
    return Evidence(
        _slopes(table, "weight_change", ours, (2,)), _slopes(table, "weight_change", rich, (2,))
    )


@claims.claim(
    id="kernel-regression",
    unit=SLOPE,
    rule=at_most(BOUND),
    source="Lee et al. 2019, Theorem 2.1",
    control="descent with the kernel of the last layer alone, to the same loss",
    control_rule=above(BOUND),
    pilot=Effect(2.0),
)
def kernel_regression(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A wide trained network is kernel regression: it differs by at most one over √width.

    Difference of its predictions on unseen examples from those of gradient descent with its
    empirical kernel before training, at the time at which that has the same training loss. Judged
    is the slope, which for a bound may be steeper than −1/2, and the narrowest network must differ
    ten times as much as the widest.
    """
    ours, _ = _scales(cfg)
    table = tables["widths"]
    ratio = narrowest_to_widest(table, "predictions", 2, ours)
    fall = Measured(ratio_interval(ratio), "narrowest to widest, 2 layers", above(10), "×")
    return Evidence(
        [*_slopes(table, "predictions", ours), fall], _slopes(table, "last_layer", ours)
    )


@claims.claim(
    id="limit",
    unit=SLOPE,
    rule=within(-0.6, -0.4),
    source="Jacot et al. 2018, Theorem 1",
    control="the recursion of three layers for networks of two, and of two for networks of three",
    control_rule=above(-0.25),
    pilot=Effect(1.6),
)
def limit(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Before training, the empirical kernel converges to the analytic one as the width grows.

    Frobenius norm of the difference from the arc-cosine recursion, relative to that of the latter.
    """
    ours, _ = _scales(cfg)
    table = tables["widths"]
    return Evidence(_slopes(table, "to_limit", ours), _slopes(table, "to_other", ours))


@claims.claim(
    id="feature-learning",
    unit=POINTS,
    rule=above(10),
    source="Chizat et al. 2019, Fig. 1; Daniely & Malach 2020, Theorem 1",
    control="random labels: accuracy in the rich regime − in the lazy one",
    control_rule=below(2),
    pilot=Effect(1.9),
)
def feature_learning(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """What makes networks strong happens outside the lazy regime: there they learn sparse parity.

    Accuracy at a small output scale − at a large one, at the same training loss; and the alignment
    of the kernel with the labels of unseen examples must rise with the small scale only.
    """
    rich, lazy = section(cfg, "parity.rich"), section(cfg, "parity.lazy")
    table = tables["parity"]
    rises = {alpha: at_scale(table, "rise", SPARSE, alpha) for alpha in (rich, lazy)}
    return Evidence(
        [
            Measured.from_seeds(gained(table, "accuracy", SPARSE, rich, lazy), "accuracy"),
            Measured.from_seeds(
                rises[rich], "rise of the alignment, rich", above(STILL), ALIGNMENT
            ),
            Measured.from_seeds(
                rises[lazy], "rise of the alignment, lazy", below(STILL), ALIGNMENT
            ),
        ],
        [Measured.from_seeds(gained(table, "accuracy", RANDOM, rich, lazy))],
    )


@claims.claim(
    id="real-data",
    unit=POINTS,
    rule=above(0),
    source="Chizat et al. 2019, Table 1",
    control="the linearised network, ended on validation as well − the same kernel regression",
    control_rule=below(0.5),
    pilot=Effect(1.3),
)
def real_data(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """On images too a network outside the lazy regime is better than its own kernel.

    Test accuracy − that of ridge regression with the empirical kernel of the same network before
    training. The end of training and the penalty are chosen on the same validation images.
    """
    table = tables["images"]
    parts: list[Measured] = []
    control: list[Measured] = []
    for size in sorted(table["size"].unique()):
        kernel = per_seed(table, "accuracy", learner=KERNEL, size=size)
        for learner, into in ((NETWORK, parts), (LINEARISED, control)):
            found = per_seed(table, "accuracy", learner=learner, size=size)
            into.append(Measured.from_seeds(paired(found, kernel), f"{size} images"))
    return Evidence(parts, control)


@claims.identity(
    id="closed-forms",
    unit="relative",
    at_most=1e-9,
    source="Jacot et al. 2018, section 4; Lee et al. 2019, section 2.2",
)
def closed_forms(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The kernel in closed form is that of gradients, and the linearised network is its descent."""
    shown = []
    for identity, rows in tables["identities"].groupby("identity", sort=False):
        rival = f"{identity}: the rival"
        shown.append(Shown(str(identity), float(rows.difference.max(skipna=False))))
        shown.append(Shown(rival, float(rows.mismatch.min(skipna=False)), above=FAR))
    return shown


def main(snakemake: Job) -> None:
    """Decide the claims from the tables of the study."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
