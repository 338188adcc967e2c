"""The claims of the study of mode connectivity.

Rules and margins were written before any result. A seed is a pair of networks.
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
    above,
    at_most,
    below,
    paired,
    per_seed,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.claims.shown import Shown
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ACCURACY, ERROR, LOSS
from workflow_scripts.studies.connectivity.measures import averaged, excess, parted, removed

GARIPOV = "Garipov et al. 2018"
DRAXLER = "Draxler et al. 2018"
LMC = "Frankle et al. 2020"
SWA = "Izmailov et al. 2018"
SPLITS = {"train": "training set", "test": "test set"}
BARRIER = 0.3
"""Nats above which a line has a barrier."""
JOINED = 1
"""Percentage points of error that a path between solutions may rise above its worse end."""
STABLE = 2
"""Percentage points of error below which Frankle et al. call a network stable."""
RIVAL = -0.3
"""Difference in accuracy (pp) above which an average is as good as a rival of equal budget."""
NO_WORSE = -0.05
"""Difference in accuracy (pp) above which a soup is no worse than the best of its copies."""
RUINED = -5
"""Change in accuracy (pp) below which averaging networks of two basins ruins them."""
REMOVED, KEPT = 25, 5
"""Shares of a barrier (%): removed by matching, and at most by orders that match nothing."""
SHARE = "%"
"""The unit of a share of a barrier."""

Tables = Mapping[str, pd.DataFrame]
claims = Claims("connectivity")


@claims.claim(
    id="line-barrier",
    unit=LOSS.unit,
    rule=above(BARRIER),
    source=f"{GARIPOV}, Figs. 1–2; {LMC}, Fig. 2",
    control="two copies of one network that part late in its training",
    control_rule=below(BARRIER),
    pilot=Effect(5.5),
)
def line_barrier(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """On the straight line between two independent solutions the loss rises to a barrier.

    Barrier: the largest excess over the interpolation of the losses at the two ends.
    """
    main = section(cfg, "main")
    return Evidence(
        [
            Measured.from_seeds(
                per_seed(tables["paths"], "loss_barrier", kind="line", split=split), name
            )
            for split, name in SPLITS.items()
        ],
        [
            Measured.from_seeds(parted(tables, main, "loss_barrier", split, last=True), name)
            for split, name in SPLITS.items()
        ],
    )


@claims.claim(
    id="curved-path",
    unit=ERROR.difference,
    rule=below(JOINED),
    source=f"{GARIPOV}, Fig. 2 and Table 1",
    control="the straight line, which is the curve before it is trained",
    control_rule=above(JOINED),
    pilot=Effect(2.1),
)
def curved_path(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A quadratic Bézier curve joins the two solutions at nearly their own test error.

    The largest test error between its ends, above that of the worse end. The ends were annealed for
    as many steps as the curve.
    """
    return Evidence(
        [Measured.from_seeds(excess(tables, "bezier"))],
        [Measured.from_seeds(excess(tables, "line"))],
    )


@claims.claim(
    id="chain",
    unit=ERROR.difference,
    rule=below(JOINED),
    source=f"{GARIPOV}, Table 1; {DRAXLER}, Table 1",
    control="the straight line, where the chain and the band begin",
    control_rule=above(JOINED),
    pilot=Effect(2.1),
)
def chain(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """So do a polygonal chain and a nudged elastic band.

    Measured as the curved path.
    """
    return Evidence(
        [
            Measured.from_seeds(excess(tables, kind), name)
            for kind, name in (("chain", "polygonal chain"), ("band", "elastic band"))
        ],
        [Measured.from_seeds(excess(tables, "line"))],
    )


@claims.claim(
    id="swa",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{SWA}, Table 1 and section 4.1",
    control="the average of as many first iterates, equally far apart, against the last iterate",
    control_rule=at_most(0),
    pilot=Effect(2.2),
)
def swa(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Averaging late weights gives a point that is better and flatter than the last iterate.

    It is also not worse than an exponential moving average and than a training that is annealed to
    zero. All have the same budget, from the initial weights on. Flatter: a smaller largest
    eigenvalue of the Hessian of the training loss; its ratio is averaged geometrically.
    """

    def gain(over: str, point: str = "average") -> pd.Series:
        return paired(averaged(tables, "accuracy", point), averaged(tables, "accuracy", over))

    sharpness = averaged(tables, "largest_eigenvalue", "average")
    last = averaged(tables, "largest_eigenvalue", "last")
    return Evidence(
        [
            Measured.from_seeds(gain("last"), "above the last iterate"),
            Measured(
                ratio_interval(sharpness / last),
                "largest eigenvalue, over that of the last iterate",
                rule=below(1),
                unit="×",
            ),
            Measured.from_seeds(gain("annealed"), "above annealed to zero", rule=above(RIVAL)),
            Measured.from_seeds(
                gain("moving average"), "above the moving average", rule=above(RIVAL)
            ),
        ],
        [Measured.from_seeds(gain("last", "first average"))],
    )


@claims.count(id="swa-sharpness", unit="×", source=f"{SWA}, section 4.1")
def swa_sharpness(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Largest Hessian eigenvalue of the average over that of its rivals, geometric mean."""
    own = averaged(tables, "largest_eigenvalue", "average")
    rivals = {"annealed": "annealed to zero", "moving average": "moving average"}
    return [
        Shown(
            f"over {name}",
            float(np.exp(np.log(own / averaged(tables, "largest_eigenvalue", point)).mean())),
        )
        for point, name in rivals.items()
    ]


@claims.claim(
    id="soup-same-basin",
    unit=ACCURACY.difference,
    rule=above(0),
    source="Wortsman et al. 2022, Table 3",
    control="the average of two networks that were fine-tuned alike, from independent initial"
    " weights, minus their mean",
    control_rule=below(RUINED),
    pilot=Effect(1.6),
)
def soup_same_basin(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Averaging copies of one network that were fine-tuned to a new task improves on them.

    Test accuracy on the new task, by ancestor: of the average of all copies minus their mean, and
    of the greedy soup minus the copy that is best on the validation set.
    """

    def gain(soup: str, over: str) -> pd.Series:
        return paired(*(per_seed(tables["soups"], "accuracy", soup=name) for name in (soup, over)))

    return Evidence(
        [
            Measured.from_seeds(gain("uniform", "mean of the copies"), "uniform soup"),
            Measured.from_seeds(
                gain("greedy", "best copy"), "greedy soup, above the best copy", above(NO_WORSE)
            ),
        ],
        [Measured.from_seeds(gain("unrelated average", "mean of the unrelated"))],
    )


@claims.count(id="greedy-soups", unit=SHARE, source="Wortsman et al. 2022, section 3.3")
def greedy_soups(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Share of the greedy soups that consist of more than one copy."""
    kept = per_seed(tables["soups"], "number", soup="greedy")
    return [Shown("more than one copy", 100 * float((kept > 1).mean()))]


@claims.claim(
    id="same-basin",
    unit=ERROR.difference,
    rule=below(STABLE),
    source=f"{LMC}, Figs. 2–3, where less than 2 % is stable",
    control="copies that part at the first step",
    control_rule=above(STABLE),
    pilot=Effect(2.0),
)
def same_basin(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Copies of an unstable network that share its first steps stay linearly connected.

    The barrier of the test error between copies that part at the latest step measured, which lies
    within the first tenth of the training.
    """
    unstable = section(cfg, "unstable")
    late, early = (
        parted(tables, unstable, "error_barrier", "test", last=last) for last in (True, False)
    )
    return Evidence([Measured.from_seeds(late)], [Measured.from_seeds(early)])


@claims.claim(
    id="permutation",
    unit=SHARE,
    rule=above(REMOVED),
    source="Ainsworth et al. 2023, section 3.2 and Figs. 2–3; Entezari et al. 2022",
    control="hidden units of the widest networks in random orders",
    control_rule=below(KEPT),
    pilot=Effect(1.6),
)
def permutation(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Part of the barrier is only the order of the hidden units, and more of it in wider networks.

    Share of the barrier of the test loss that weight matching removes at the largest width; and how
    this share changes with the width.
    """
    matched, random = removed(tables, "matched"), removed(tables, "random")
    widest = matched.columns.max()
    trend = slopes(np.log2(matched.columns.to_numpy(dtype=float)), matched.to_numpy())
    return Evidence(
        [
            Measured.from_seeds(matched[widest], "removed at the largest width"),
            Measured.from_seeds(
                pd.Series(trend, matched.index),
                "trend",
                rule=above(0),
                unit="percentage points per doubling of the width",
            ),
        ],
        [Measured.from_seeds(random[widest])],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
