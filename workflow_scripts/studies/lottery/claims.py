"""The claims of the lottery-ticket study.

Rules and margins were written before any result. The place where a claim is measured
was changed once, after a first run; the report gives the reason among the differences from the
papers.
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
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ACCURACY, LOSS
from workflow_scripts.studies.lottery.outcomes import Outcomes, Tables

LTH = "Frankle & Carbin 2019"
LMC = "Frankle et al. 2020"
MATCHING = 0.10
"""Density below which a ticket must match."""
EXTREME = 0.05
"""Density below which sparsity is extreme."""
HALF = 0.5
"""Density at which one-shot pruning also finds good tickets."""
NO_LOSS = 0.5
"""Percentage points of accuracy within which a network matches another."""
MANY = 5
"""Cost of a search above which it is high, in trainings of the ticket itself."""
FASTER = 0.211
"""Density at which LTH reports how much earlier tickets stop (section 2)."""

claims = Claims("lottery")


def main_chain(tables: Tables, cfg: Mapping[str, Any]) -> Outcomes:
    """The chain that most claims are about."""
    return Outcomes(tables, section(cfg, "main"))


@claims.claim(
    id="matching-ticket",
    unit=ACCURACY.difference,
    rule=above(-NO_LOSS),
    source=f"{LTH}, Figs. 3–4",
    control="random masks with the same density in every layer, against the dense network",
    control_rule=below(-NO_LOSS),
)
def matching_ticket(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Less than 10 % of the weights, rewound to their initial values, match the dense network."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(MATCHING)
    dense = runs.ticket(0)
    return Evidence(
        [Measured.from_seeds(paired(runs.ticket(level), dense))],
        [Measured.from_seeds(paired(runs.arm("shuffled", level), dense))],
    )


@claims.claim(
    id="not-reinitialised",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{LTH}, Figs. 3–4",
)
def not_reinitialised(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The ticket's mask with new random weights does worse, early in training and at its end."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(EXTREME)
    return Evidence(
        [
            Measured.from_seeds(
                paired(runs.ticket(level, when), runs.arm("reinitialised", level, when)), name
            )
            for when, name in (("accuracy", "at the end"), ("early", "early in training"))
        ]
    )


@claims.claim(
    id="not-structure",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{LTH}, Figs. 3–4; Su et al. 2020",
    control="a mask of ones against no mask, largest difference of any loss on the curve",
    control_rule=within(0, 0),
    control_unit=LOSS.unit,
)
def not_structure(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Random and layer-wise shuffled masks over the original weights do worse than the ticket's."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(EXTREME)
    ticket = runs.ticket(level)
    curves = tables["curves"]
    curves = curves[(curves.chain == section(cfg, "main")) & (curves.level == 0)]
    by_arm = curves.pivot_table(index=["seed", "split", "step"], columns="arm", values="loss")
    if "ones" not in by_arm:
        raise NoData("no network was trained with a mask of ones")
    return Evidence(
        [
            Measured.from_seeds(paired(ticket, runs.arm(arm, level)), name)
            for arm, name in (
                ("shuffled", "against masks shuffled within layers"),
                ("random", "against random masks over the network"),
            )
        ],
        [Measured.exact(float((by_arm["ones"] - by_arm["ticket"]).abs().max()))],
    )


@claims.claim(
    id="learns-faster",
    unit="×",
    rule=above(1.2),
    source=f"{LTH}, Figs. 3–4",
    control="the same mask with new random weights",
    control_rule=below(1.0),
)
def learns_faster(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Tickets reach their smallest validation loss in fewer steps than the dense network.

    Mean over seeds of the ratio of early-stopping steps, dense to sparse, at the paper's density.
    """
    runs = main_chain(tables, cfg)
    level = runs.nearest_level(FASTER)
    dense = runs.ticket(0, "stopping_step").astype(float)
    ratios = {
        arm: dense / runs.arm(arm, level, "stopping_step").astype(float)
        for arm in ("ticket", "reinitialised")
    }
    return Evidence(
        [Measured.from_seeds(ratios["ticket"])], [Measured.from_seeds(ratios["reinitialised"])]
    )


@claims.claim(
    id="iterative-beats-one-shot",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{LTH}, section 2",
    control="half of the weights removed, where both find good tickets",
    control_rule=within(-NO_LOSS, NO_LOSS),
)
def iterative_beats_one_shot(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """At extreme sparsity pruning in rounds finds better tickets than pruning at once."""
    runs = main_chain(tables, cfg)
    extreme, half = runs.first_level_below(EXTREME), runs.nearest_level(HALF)
    return Evidence(
        *(
            [Measured.from_seeds(paired(runs.ticket(level), runs.arm("one-shot", level)))]
            for level in (extreme, half)
        )
    )


@claims.claim(
    id="prunable",
    unit=ACCURACY.difference,
    rule=above(-NO_LOSS),
    source="Han et al. 2015",
    control="the same share of trained weights removed at random, then fine-tuned",
    control_rule=below(-NO_LOSS),
)
def prunable(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """More than 90 % of a trained network can be removed, with fine-tuning, at little loss."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(MATCHING)
    dense = runs.ticket(0)
    return Evidence(
        *(
            [Measured.from_seeds(paired(runs.arm(arm, level), dense))]
            for arm in ("fine-tuned", "fine-tuned-random")
        )
    )


@claims.claim(
    id="late-rewinding",
    unit=ACCURACY.difference,
    rule=above(0),
    source=LMC,
    control="the ground the claim stands on: copies of the dense network that part at the first"
    " step are separated by a barrier that falls when they part later, and tickets rewound to the"
    " start are worse than the dense network",
    control_rule=below(0),
)
def late_rewinding(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Where rewinding to the start fails, rewinding to an early iteration finds better tickets.

    At extreme sparsity, because there must be something to mend.
    """
    late = section(cfg, "late")
    table = tables["outcomes"]
    steps = sorted(table[table.chain == late].rewind.unique())
    if len(steps) < 2:
        raise NoData(f"the chain {late} was rewound to one step only")
    first, last = (Outcomes(tables, late, rewind=int(step)) for step in (steps[0], steps[-1]))
    level = first.first_level_below(EXTREME)
    barriers = tables["barriers"].pivot(index="seed", columns="point", values="barrier")
    change = barriers[barriers.columns.max()] - barriers[barriers.columns.min()]
    return Evidence(
        [Measured.from_seeds(paired(last.ticket(level), first.ticket(level)))],
        [
            Measured.from_seeds(change, "barrier, parting late against parting at the start"),
            Measured.from_seeds(
                paired(first.ticket(level), first.ticket(0)), "rewound to the start against dense"
            ),
        ],
    )


@claims.claim(
    id="more-needles",
    unit=f"{ACCURACY.difference} per doubling",
    rule=above(0),
    source=LTH,
    control="how much faster accuracy rises with the parent for tickets than for shuffled masks:"
    " it must not be less",
    control_rule=above(0),
    control_unit=f"{ACCURACY.difference} per doubling, ticket − shuffled",
)
def more_needles(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Of the same number of weights, tickets from larger parents are better."""
    table = tables["needles"]
    parents = np.log2(np.sort(table.parent.unique()).astype(float))
    trend = {}
    for arm in ("ticket", "shuffled"):
        wide = table[table.arm == arm].pivot(index="seed", columns="parent", values="accuracy")
        if wide.empty:
            raise NoData(f"no needle of the arm {arm} was trained")
        trend[arm] = slopes(parents, wide.to_numpy())
    return Evidence(
        [Measured.from_seeds(trend["ticket"])],
        [Measured.from_seeds(trend["ticket"] - trend["shuffled"])],
    )


@claims.claim(
    id="cost",
    unit="trainings of the ticket",
    rule=above(MANY),
    source=LTH,
    control="a ticket that keeps half of the weights",
    control_rule=at_most(MANY),
)
def cost(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Finding a ticket costs many times the training of the ticket itself.

    Steps up to early stopping of all trainings that find it, over those of the ticket alone; each
    step costs the same, because masked weights are multiplied too.
    """
    runs = main_chain(tables, cfg)

    def ratio(level: int) -> pd.Series:
        steps = [runs.ticket(each, "stopping_step").astype(float) for each in range(level + 1)]
        return sum(steps[:-1], start=0 * steps[0]) / steps[-1]

    matching, half = runs.first_level_below(MATCHING), runs.nearest_level(HALF)
    return Evidence(
        [Measured.from_seeds(ratio(matching))],
        [Measured.from_seeds(ratio(half))],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
