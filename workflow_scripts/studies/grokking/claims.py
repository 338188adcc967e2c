"""The claims of the grokking study. Rules and margins were written before any result.

A network has generalised at the first measured step from which its test accuracy stays at the
configured level for the configured number of steps. If it has not by the end of its budget, the
budget is used as that step: ratios that say "later" are then too small, never too large.
"""

import itertools
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
    at_least,
    at_most,
    below,
    per_seed,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import proportion_interval, ratio_interval
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ACCURACY

Tables = Mapping[str, pd.DataFrame]
POWER = "Power et al. 2022"
NANDA = "Nanda et al. 2023"
PRIETO = "Prieto et al. 2025"
SOME = 0.1
"""Difference in the share of training examples over which waits are compared: ten points."""
SHARE = "share of networks"
CHANCE = "× chance"
RANDOM = "a table of random answers, of the same size"

claims = Claims("grokking")


class Outcomes:
    """Per-seed outcomes of all trainings, selected by condition."""

    def __init__(self, tables: Tables, cfg: Mapping[str, Any]) -> None:
        self.table, self.cfg = tables["outcomes"], cfg

    def of(self, condition: str, value: str) -> pd.Series:
        """`value` of a condition, by seed, as a float."""
        return per_seed(self.table, value, condition=condition).astype(float)

    def role(self, role: str, value: str) -> pd.Series:
        """`value` of the condition with a role in the configuration, such as "main"."""
        return self.of(section(self.cfg, role), value)

    def steps(self, condition: str, value: str = "generalised") -> pd.Series:
        """The step of an event by seed; the budget if it did not happen."""
        return self.of(condition, value).fillna(self.of(condition, "budget"))

    def happened(self, condition: str) -> pd.Series:
        """1 for a network that generalised within its budget, else 0, by seed."""
        return self.of(condition, "generalised").notna().astype(float)

    def delay(self, condition: str) -> pd.Series:
        """Steps to generalise divided by steps to memorise, by seed."""
        memorised = self.of(condition, "memorised")
        if memorised.isna().any():
            raise NoData(f"{condition}: not every network learned its training examples")
        return self.steps(condition) / memorised.clip(lower=1)

    def by(self, names: list[str], value: str) -> list[str]:
        """The conditions `names`, sorted by their setting `value`."""
        found = {name: self.of(name, value).iloc[0] for name in names}
        return sorted(names, key=found.__getitem__)

    def over_chance(self, role: str, value: str) -> pd.Series:
        """An accuracy in multiples of chance, by seed."""
        return self.role(role, value) / self.role(role, "chance")


@claims.claim(
    id="delayed",
    unit="×",
    rule=at_least(5),
    source=f"{POWER}, Fig. 1",
    control=f"{RANDOM}: test accuracy at the end of the training",
    control_rule=at_most(5),
    control_unit=CHANCE,
)
def delayed(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The training examples are learned long before anything else of the table is.

    Steps to generalise over steps to memorise (geometric mean over seeds), and test accuracy at
    the step of memorisation.
    """
    runs = Outcomes(tables, cfg)
    return Evidence(
        [
            Measured(ratio_interval(runs.delay(section(cfg, "main"))), "steps, test over training"),
            Measured.from_seeds(
                runs.over_chance("main", "accuracy_memorised"),
                "test accuracy when the training examples are learned",
                at_most(5),
                CHANCE,
            ),
        ],
        [Measured.from_seeds(runs.over_chance("random", "accuracy"))],
    )


@claims.claim(
    id="many-tasks",
    unit="×",
    rule=at_least(5),
    source=f"{POWER}, Figs. 1–2",
    control=f"{RANDOM}: test accuracy at the end of the training",
    control_rule=at_most(5),
    control_unit=CHANCE,
)
def many_tasks(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """So it is on other operations, arithmetic and not.

    Steps to generalise over steps to memorise, for each operation.
    """
    runs = Outcomes(tables, cfg)
    return Evidence(
        [Measured(ratio_interval(runs.delay(task)), task) for task in section(cfg, "tasks")],
        [Measured.from_seeds(runs.over_chance("random", "accuracy"))],
    )


@claims.claim(
    id="phase-change",
    unit="× the wait",
    rule=below(1),
    source=f"{POWER}, Fig. 1",
)
def phase_change(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """When generalisation comes, it comes abruptly compared with the wait.

    Steps from 10 % to 90 % test accuracy, over the steps up to 10 %.
    """
    runs = Outcomes(tables, cfg)
    first, last = (runs.role("main", name) for name in ("reached_10", "reached_90"))
    if first.isna().any() or last.isna().any():
        raise NoData("not every network of the main condition generalised")
    return Evidence([Measured(ratio_interval((last - first) / first.clip(lower=1)))])


@claims.claim(
    id="weight-decay",
    unit="×",
    rule=above(1),
    source=f"{POWER}, Fig. 2",
)
def weight_decay(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Weight decay brings generalisation forward, and without it there is none within the budget.

    Steps of each decay over those of the next stronger one (paired, geometric mean), and the share
    of networks that generalise without decay.
    """
    runs = Outcomes(tables, cfg)
    names = runs.by(section(cfg, "decays"), "weight_decay")
    decayed = [name for name in names if runs.of(name, "weight_decay").iloc[0] > 0]
    parts = []
    for weaker, stronger in itertools.pairwise(decayed):
        decays = [runs.of(name, "weight_decay").iloc[0] for name in (weaker, stronger)]
        ratio = (runs.steps(weaker) / runs.steps(stronger)).dropna()
        parts.append(Measured(ratio_interval(ratio), f"steps at {decays[0]:g} over {decays[1]:g}"))
    none = proportion_interval(runs.happened(section(cfg, "undecayed")))
    parts.append(Measured(none, "generalise without decay", below(0.5), SHARE))
    return Evidence(parts)


@claims.claim(
    id="hidden-progress",
    unit="of the whole change",
    rule=at_least(0.5),
    source=f"{NANDA}, Fig. 7",
    control="networks that memorise and do not generalise, over their whole training, in shares of"
    " the change in those that do: random answers (both measures), no weight decay (loss)",
    control_rule=below(0.25),
)
def hidden_progress(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """On the plateau, before test accuracy moves, the circuit that will generalise is growing.

    At the last step at which test accuracy is below 10 %: how much of its whole change the loss
    restricted to the answer's own directions has made, and how much the concentration (Gini) of
    the embedding's Fourier spectrum.
    """
    runs = Outcomes(tables, cfg)

    def change(role: str, measure: str, until: str) -> pd.Series:
        return runs.role(role, f"{measure}_{until}") - runs.role(role, f"{measure}_start")

    whole = {name: change("main", name, "end") for name in ("restricted", "gini")}
    parts = [
        Measured.from_seeds(change("main", name, "plateau") / whole[name], title, rule)
        for name, title, rule in (
            ("restricted", "restricted loss", at_least(0.5)),
            ("gini", "Gini of the embedding", at_least(0.25)),
        )
    ]
    control = [
        Measured.from_seeds((change(role, name, "end") / whole[name]).dropna(), title)
        for role, name, title in (
            ("random", "restricted", "restricted loss, random answers"),
            ("random", "gini", "Gini of the embedding, random answers"),
            ("undecayed", "restricted", "restricted loss, no weight decay"),
        )
    ]
    return Evidence(parts, control)


@claims.claim(
    id="less-data",
    unit="× for ten points less",
    rule=above(1),
    source=f"{POWER}, Fig. 1",
)
def less_data(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With fewer training examples the wait is longer, and with too few it does not end.

    Slope of the logarithm of the steps to generalise over the share of the table that is trained
    on, as a factor for ten percentage points; and the share of networks that generalise from the
    smallest share within their budget.
    """
    runs = Outcomes(tables, cfg)
    names = runs.by(section(cfg, "fractions"), "fraction")
    steps = pd.DataFrame({name: runs.steps(name) for name in names}).dropna()
    shares = [runs.of(name, "fraction").iloc[0] for name in names]
    factors = np.exp(-SOME * slopes(shares, np.log(steps.to_numpy())))
    fewest = proportion_interval(runs.happened(names[0]))
    return Evidence(
        [
            Measured(ratio_interval(factors), "wait"),
            Measured(fewest, f"generalise from {100 * shares[0]:g} %", below(0.5), SHARE),
        ]
    )


@claims.claim(
    id="patience",
    unit=ACCURACY.difference,
    rule=above(50),
    source=POWER,
    control=RANDOM,
    control_rule=below(5),
)
def patience(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Whoever stops when the training loss has converged stops near chance, for want of patience.

    Test accuracy at the end above that at the step at which the training loss has converged, and
    that accuracy itself.
    """
    runs = Outcomes(tables, cfg)

    def gain(role: str) -> pd.Series:
        return runs.role(role, "accuracy") - runs.role(role, "accuracy_converged")

    if runs.role("main", "accuracy_converged").isna().any():
        raise NoData("not every network's training loss converged")
    return Evidence(
        [
            Measured.from_seeds(gain("main"), "gained by going on"),
            Measured.from_seeds(
                runs.over_chance("main", "accuracy_converged"),
                "test accuracy where one would stop",
                at_most(5),
                CHANCE,
            ),
        ],
        [Measured.from_seeds(gain("random"))],
    )


def _without_decay(tables: Tables, cfg: Mapping[str, Any], role: str) -> Evidence:
    runs = Outcomes(tables, cfg)
    return Evidence(
        [Measured.from_seeds(runs.role(role, "accuracy"))],
        [Measured.from_seeds(runs.role("undecayed", "accuracy"))],
    )


@claims.claim(
    id="numerics",
    unit=f"{ACCURACY.unit} test accuracy",
    rule=at_least(90),
    source=f"{PRIETO}, Fig. 1",
    control="plain gradients and the softmax in single precision, without weight decay",
    control_rule=below(50),
)
def numerics(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Gradients that do not scale the weights make a network generalise without weight decay."""
    return _without_decay(tables, cfg, "orthogonal")


@claims.claim(
    id="stable-softmax",
    unit=f"{ACCURACY.unit} test accuracy",
    rule=at_least(90),
    source=f"{PRIETO}, Fig. 1",
    control="plain gradients and the softmax in single precision, without weight decay",
    control_rule=below(50),
)
def stable_softmax(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A softmax that cannot collapse makes a network generalise without weight decay."""
    return _without_decay(tables, cfg, "stable")


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
