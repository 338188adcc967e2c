"""Claims of the grokking study about waiting: that it is long, where, and what shortens it.

A network has generalised at the first measured step from which its test accuracy stays at the
configured level for the configured number of steps. One that has not by the end of its budget is
censored, and every claim about when is therefore also one about whether.
"""

import math
from collections.abc import Mapping
from typing import Any

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    above,
    at_least,
    below,
    within,
)
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.studies.grokking.runs import SHARE, Runs, Tables, over, share

POWER = "Power et al. 2022"
RISK = "log hazard ratio"
RANDOM = "a table of random answers, of the same size and with the same budget"
KNOWS, GUESSES = 90, 2
"""Test accuracy of a network that has understood, in %, and of one that has not, × chance."""

claims = Claims("grokking")


@claims.claim(
    id="delayed",
    unit="×",
    rule=at_least(5),
    source=f"{POWER}, Fig. 1",
    control=f"{RANDOM}: networks that generalise",
    control_rule=below(0.5),
    control_unit=SHARE,
    pilot=Share(0.97),
)
def delayed(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The training examples are learned long before anything else of the table is, and it is.

    Steps to generalise over steps to memorise (the median network's), how many networks generalise,
    and how many have a test accuracy of at most twice chance when they have memorised.
    """
    runs = Runs(tables, cfg)
    main, random = section(cfg, "main"), section(cfg, "random")
    guessed = runs.of(main, "accuracy_memorised") <= GUESSES * runs.of(main, "chance")
    return Evidence(
        [
            Measured(runs.delay(main), "steps, test over training"),
            runs.generalised(main),
            Measured(share(guessed), "guess when they have memorised", above(0.5), SHARE),
        ],
        [runs.control(random)],
    )


@claims.claim(
    id="many-tasks",
    seeds="task_seeds",
    unit="×",
    rule=at_least(5),
    source=f"{POWER}, Figs. 1–2",
    control=f"{RANDOM}: networks that generalise",
    control_rule=below(0.5),
    control_unit=SHARE,
    pilot=Share(0.92),
)
def many_tasks(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """So it is on other operations, arithmetic and not.

    For each operation: steps to generalise over steps to memorise (the median network's), and how
    many networks generalise.
    """
    runs = Runs(tables, cfg)
    tasks = section(cfg, "tasks")
    return Evidence(
        [
            *(Measured(runs.delay(task), task) for task in tasks),
            *(runs.generalised(task, f"generalise on {task}") for task in tasks),
        ],
        [runs.control(section(cfg, "random"))],
    )


@claims.claim(
    id="phase-change",
    unit="× the wait",
    rule=below(1),
    source=f"{POWER}, Fig. 1",
    control="the same of the accuracy on training examples",
    control_rule=above(1),
    pilot=Effect(1.4),
)
def phase_change(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """When generalisation comes, it takes less time than the wait for it.

    Steps from 10 % to 90 % test accuracy, over the steps up to 10 % (geometric mean), and how many
    networks generalise.
    """
    runs, main = Runs(tables, cfg), section(cfg, "main")
    return Evidence(
        [Measured(runs.jump(main, "reached"), "test accuracy"), runs.generalised(main)],
        [Measured(runs.jump(main, "learned"), "training accuracy")],
    )


@claims.claim(
    id="weight-decay",
    seeds="compared_seeds",
    unit=f"{RISK} for three times the decay",
    rule=above(0),
    source=f"{POWER}, Fig. 2",
    control="steps to memorise without decay over those with the strongest",
    control_rule=within(0.8, 1.25),
    control_unit="×",
    pilot=Share(0.97),
)
def weight_decay(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Weight decay brings generalisation forward, and without it there is none within the budget.

    The trend of the log-rank test over the decays above zero, in which networks that did not
    generalise are censored; how many do with the strongest decay, and how many without any.
    """
    runs = Runs(tables, cfg)
    decays = runs.by(section(cfg, "decays"), "weight_decay")
    scores = {name: math.log(decay, 3) for name, decay in decays.items() if decay > 0}
    none, strongest = section(cfg, "undecayed"), list(decays)[-1]
    without = runs.of(none, "generalised").notna()
    memorised = (runs.of(name, "memorised") for name in (none, strongest))
    return Evidence(
        [
            Measured(runs.trend(scores), "trend over the decays"),
            runs.generalised(strongest, "generalise with the strongest decay"),
            Measured(share(without), "generalise without decay", below(0.5), SHARE),
        ],
        [Measured(ratio_interval(over(*memorised)))],
    )
