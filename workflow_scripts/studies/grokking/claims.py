"""The claims of the grokking study. Rules and margins were written before any result.

Those about waiting come first and are imported.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Evidence,
    Measured,
    Shown,
    above,
    at_least,
    at_most,
    below,
    paired,
    per_seed,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import NotFinite
from workflow_scripts.evidence.statistics.power import Effect, Share
from workflow_scripts.learning.quantities import ACCURACY, LOSS
from workflow_scripts.studies.grokking.runs import SHARE, Runs, Tables, over, share
from workflow_scripts.studies.grokking.waiting_claims import GUESSES, KNOWS, POWER, RISK, claims

NANDA = "Nanda et al. 2023"
PRIETO = "Prieto et al. 2025"
SOME = 0.1
"""Difference in the share of training examples that hazards are compared over: ten points."""
ENOUGH = 3
"""Budget at the smallest share of the table, in longest waits at the next."""


@claims.claim(
    id="hidden-progress",
    unit="of the whole change",
    rule=at_least(0.5),
    source=f"{NANDA}, Fig. 7",
    control="random answers, over the whole training, in shares of the change of networks that"
    " generalise",
    control_rule=below(0.05),
    pilot=Effect(2.8),
)
def hidden_progress(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Most of the circuit that will generalise has grown before test accuracy moves.

    At the last step at which test accuracy is below twice chance: how much of its whole change the
    loss restricted to the answer's own directions has made, and how much the concentration (Gini)
    of the embedding's Fourier spectrum. A network that does not generalise has no whole change.
    """
    runs = Runs(tables, cfg)
    known = runs.role("main", "generalised").notna()

    def change(role: str, measure: str, until: str) -> pd.Series:
        return runs.role(role, f"{measure}_{until}") - runs.role(role, f"{measure}_start")

    measures = (
        ("restricted", "restricted loss", at_least(0.5)),
        ("gini", "Gini of the embedding", at_least(0.25)),
    )
    whole = {name: change("main", name, "end").where(known) for name, _, _ in measures}
    return Evidence(
        [
            Measured.from_seeds(change("main", name, "plateau") / whole[name], title, rule)
            for name, title, rule in measures
        ],
        [
            Measured.from_seeds(over(change("random", name, "end"), whole[name]), title)
            for name, title, _ in measures
        ],
    )


@claims.claim(
    id="hidden-growth",
    unit=LOSS.unit,
    rule=above(0),
    source=f"{NANDA}, Fig. 7",
    control="the fall of the restricted loss on random answers, up to the same step",
    control_rule=at_most(0),
    pilot=Effect(1.3),
)
def hidden_growth(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """That circuit has begun to grow while test accuracy is that of a guess.

    Up to the last step at which test accuracy is below chance and one standard deviation of a guess
    at all held-out entries: how far the restricted loss has fallen, beyond that of the same seed's
    network on random answers.
    """
    runs, table = Runs(tables, cfg), tables["growth"]
    fall, twin = (per_seed(table, name).astype(float) for name in ("fall", "random_fall"))
    return Evidence(
        [
            Measured.from_seeds(paired(fall, twin), "fall beyond that on random answers"),
            runs.generalised(section(cfg, "main")),
        ],
        [Measured.from_seeds(twin)],
    )


@claims.claim(
    id="less-data",
    seeds="compared_seeds",
    unit=f"{RISK} for ten points more data",
    rule=above(0),
    source=f"{POWER}, Fig. 1",
    control="the same trend of the steps to memorise",
    control_rule=below(0),
    pilot=Share(0.97),
)
def less_data(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """With fewer training examples the wait is longer, and with too few it does not end.

    The trend of the log-rank test over the shares of the table that are trained on, in which
    networks that did not generalise are censored; how many do from the smallest share but one, and
    from the smallest within a budget of at least three times the longest wait at the next, without
    which nothing is decided.
    """
    runs = Runs(tables, cfg)
    shares = runs.by(section(cfg, "fractions"), "fraction")
    scores = {name: each / SOME for name, each in shares.items()}
    fewest, following = list(shares)[:2]
    percent = {name: f"generalise from {100 * each:g} %" for name, each in shares.items()}
    longest = runs.known(following, "generalised")[1].max()
    budget = runs.of(fewest, "budget").min()
    if budget < ENOUGH * longest:
        raise NotFinite(f"{budget:g} steps are not {ENOUGH} times the longest wait, {longest:g}")
    happened = runs.of(fewest, "generalised").notna()
    return Evidence(
        [
            Measured(runs.trend(scores), "trend over the shares"),
            runs.generalised(following, percent[following]),
            Measured(share(happened), percent[fewest], below(0.5), SHARE),
        ],
        [Measured(runs.trend(scores, "memorised"))],
    )


@claims.claim(
    id="patience",
    unit=SHARE,
    rule=above(0.5),
    source=POWER,
    control="ordinary images: test accuracy lost by stopping where the training loss converges",
    control_rule=below(5),
    control_unit=ACCURACY.difference,
    pilot=Share(0.97),
)
def patience(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Whoever stops when the training loss has converged stops at chance, for want of patience.

    How many networks have a test accuracy of at most twice chance at the step at which their
    training loss has converged, and how many of one above 90 % at the end.
    """
    runs, main, images = Runs(tables, cfg), section(cfg, "main"), tables["stops"]
    guessed = runs.of(main, "accuracy_converged") <= GUESSES * runs.of(main, "chance")
    known = runs.of(main, "accuracy") > KNOWS
    lost = per_seed(images, "accuracy") - per_seed(images, "accuracy_converged")
    return Evidence(
        [
            Measured(share(guessed), "guess where one would stop"),
            Measured(share(known), "know at the end"),
        ],
        [Measured.from_seeds(lost.astype(float))],
    )


@claims.claim(
    id="numerics",
    seeds="compared_seeds",
    unit=SHARE,
    rule=above(0.5),
    source=f"{PRIETO}, Fig. 1",
    control="plain gradients and the softmax in single precision, without weight decay",
    control_rule=below(0.5),
    pilot=Share(0.97),
)
def numerics(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Gradients that do not scale the weights make a network generalise without weight decay."""
    runs = Runs(tables, cfg)
    return Evidence(
        [runs.generalised(section(cfg, "orthogonal"))],
        [runs.control(section(cfg, "undecayed"))],
    )


@claims.claim(
    id="stable-softmax",
    seeds="compared_seeds",
    unit=SHARE,
    rule=above(0.5),
    source=f"{PRIETO}, Fig. 1",
    control="the softmax, and all else the same",
    control_rule=below(0.5),
    pilot=Share(0.97),
    scales=("paper",),
)
def stable_softmax(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A softmax that cannot collapse makes a network generalise without weight decay.

    How many networks have a test accuracy of at least 90 % at the end.
    """
    runs = Runs(tables, cfg)
    know = runs.role("stable", "accuracy") >= KNOWS
    return Evidence([Measured(share(know))], [runs.control(section(cfg, "collapsing"), KNOWS)])


@claims.count(id="precision", unit=SHARE, source=f"{PRIETO}, Fig. 1")
def precision(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """How many networks with a stable softmax know the table, in the paper's precision and in ours.

    The paper divides by the square root of the second moment and 1e-25 and takes the loss in double
    precision; usual are 1e-8 and single precision.
    """
    runs = Runs(tables, cfg)
    return [
        Shown(title, float((runs.role(role, "accuracy") >= KNOWS).mean()))
        for role, title in (("stable", "the paper's"), ("rounded", "usual"))
    ]


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
