"""The claims of the lottery-ticket study, as registered the second time.

Accuracies are those of the weights at the smallest validation loss, as in the paper; those at the
end of training are shown beside them and decide nothing.
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
    above,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.learning.quantities import ACCURACY
from workflow_scripts.studies.lottery.counts import at_the_end, cost, one_shot_long
from workflow_scripts.studies.lottery.outcomes import (
    EXTREME,
    MATCHING,
    Tables,
    late_chains,
    main_chain,
    needle_trend,
)

LTH = "Frankle & Carbin 2019"
LMC = "Frankle et al. 2020"
HALF = 0.5
"""Density at which every mask leaves enough weights."""
NO_LOSS = 0.5
"""Percentage points of accuracy within which a network matches another."""
SAME = 1.0
"""Percentage points within which two draws of new weights must agree."""
FASTER = 0.211
"""Density at which LTH reports how much earlier tickets stop (section 2)."""

claims = Claims("lottery")


@claims.claim(
    id="matching-ticket",
    unit=ACCURACY.difference,
    rule=above(-NO_LOSS),
    source=f"{LTH}, Figs. 3–4",
    control="random masks with the same density in every layer, against the dense network",
    control_rule=below(-NO_LOSS),
    pilot=Effect(2.8),
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
    control="one draw of new random weights against another, with the same mask",
    control_rule=within(-SAME, SAME),
    pilot=Effect(2.3),
)
def not_reinitialised(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The ticket's mask with new random weights does worse, early in training and at its best."""
    runs = main_chain(tables, cfg)
    level = runs.first_level_below(EXTREME)
    fresh, again = "reinitialised", "reinitialised-again"
    return Evidence(
        [
            Measured.from_seeds(
                paired(runs.ticket(level, when), runs.arm(fresh, level, when)), name
            )
            for when, name in (("accuracy", "at the smallest loss"), ("early", "early in training"))
        ],
        [Measured.from_seeds(paired(runs.arm(fresh, level), runs.arm(again, level)))],
    )


@claims.claim(
    id="not-structure",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{LTH}, Figs. 3–4; Su et al. 2020",
    control="the same masks with about half of the weights left, which are enough, against the"
    " dense network",
    control_rule=within(-NO_LOSS, NO_LOSS),
    pilot=Effect(1.2),
)
def not_structure(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Random and layer-wise shuffled masks over the original weights do worse than the ticket's."""
    runs = main_chain(tables, cfg)
    extreme, half = runs.first_level_below(EXTREME), runs.nearest_level(HALF)
    ticket, dense = runs.ticket(extreme), runs.ticket(0)
    arms = {"shuffled": "masks shuffled within layers", "random": "random masks over the network"}
    return Evidence(
        [
            Measured.from_seeds(paired(ticket, runs.arm(arm, extreme)), f"against {name}")
            for arm, name in arms.items()
        ],
        [
            Measured.from_seeds(paired(runs.arm(arm, half), dense), name)
            for arm, name in arms.items()
        ],
    )


@claims.claim(
    id="learns-faster",
    unit="×",
    rule=above(1.2),
    source=f"{LTH}, Figs. 3–4",
    control="the same mask with new random weights",
    control_rule=below(1.2),
    pilot=Effect(1.6),
)
def learns_faster(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Tickets reach their smallest validation loss in fewer steps than the dense network.

    Geometric mean over seeds of the ratio of early-stopping steps, dense to sparse, at the paper's
    density. A ticket whose loss still falls at its last step has not stopped; another network that
    has not counts with its last step, which makes its ratio the less favourable to the claim.
    """
    runs = main_chain(tables, cfg)
    level = runs.nearest_level(FASTER)
    dense = runs.stopping_steps("ticket", 0)
    ticket = runs.stopping_steps("ticket", level)
    stopped = ticket < runs.ticket(level, "validated")
    fresh = runs.stopping_steps("reinitialised", level)
    return Evidence(
        [Measured(ratio_interval(_ratio(dense, ticket.where(stopped))))],
        [Measured(ratio_interval(_ratio(dense, fresh)))],
    )


@claims.claim(
    id="iterative-beats-one-shot",
    unit=ACCURACY.difference,
    rule=above(0),
    source=f"{LTH}, section 2",
    control="about half of the weights removed, where both find good tickets",
    control_rule=within(-NO_LOSS, NO_LOSS),
    pilot=Effect(1.6),
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
    control="as many trained weights removed at random, then fine-tuned, at extreme sparsity",
    control_rule=below(-NO_LOSS),
    pilot=Effect(0.95),
)
def prunable(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """More than 90 % of a trained network can be removed, with fine-tuning, at little loss.

    Against the dense network trained for as many steps as training and fine-tuning together.
    """
    runs = main_chain(tables, cfg)
    dense = runs.dense_as_long()
    matching, extreme = runs.first_level_below(MATCHING), runs.first_level_below(EXTREME)
    return Evidence(
        [
            Measured.from_seeds(paired(runs.arm("fine-tuned", level), dense), runs.left(level))
            for level in (matching, extreme)
        ],
        [Measured.from_seeds(paired(runs.arm("fine-tuned-random", extreme), dense))],
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
    pilot=Effect(0.8),
)
def late_rewinding(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Where rewinding to the start fails, rewinding to an early iteration finds better tickets.

    At the first level below 10 %, with as many steps after rewinding.
    """
    first, last = late_chains(tables, cfg)
    level = first.first_level_below(MATCHING)
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
    control="how much faster accuracy rises with the parent for shuffled masks than half as fast"
    " as for tickets",
    control_rule=below(0),
    control_unit=f"{ACCURACY.difference} per doubling, shuffled − ½ ticket",
    pilot=Effect(0.9),
)
def more_needles(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Of the same number of weights, tickets from larger parents are better."""
    ticket, shuffled = (needle_trend(tables, arm) for arm in ("ticket", "shuffled"))
    return Evidence([Measured.from_seeds(ticket)], [Measured.from_seeds(shuffled - ticket / 2)])


claims.count(id="cost", unit="trainings", source=LTH)(cost)
claims.count(id="at-the-end", unit=ACCURACY.difference, source=LTH)(at_the_end)
claims.count(id="one-shot-long", unit=ACCURACY.difference, source=f"{LTH}, section 2")(
    one_shot_long
)


def _ratio(dense: pd.Series, sparse: pd.Series) -> pd.Series:
    return np.exp(paired(np.log(dense), np.log(sparse)))


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
