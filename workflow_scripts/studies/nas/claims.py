"""The claims of the study of architecture search. Rules were written before any result."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Shown,
    above,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.intervals import ratio_interval
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.studies.nas.results import RANDOM, REINFORCE, Results, Tables

PP = "pp"
SD = "sd above the mean of the space"
TIMES = "× the cost of DARTS"
RATIO = "× the variance between algorithms"
SKIPS = "skip connections"
TOLERANCE = 3.0
"""Largest difference (pp) of a row that is trained again; another processor rounds otherwise."""
ZOPH = "Zoph & Le 2017"
DARTS = "Liu et al. 2019"
LI = "Li & Talwalkar 2019"
YU = "Yu et al. 2020"
DONG = "Dong & Yang 2020"

claims = Claims("nas")


@claims.claim(
    id="rl-is-expensive",
    unit=TIMES,
    rule=above(10),
    source=f"{ZOPH}; {DARTS}, Table 1",
    control="random search of the same cost, which must be worse: the policy learns",
    control_rule=above(0),
    control_unit="pp more regret than reinforcement learning",
    seeds="growing_seeds",
    pilot=Effect(3.0),
)
def rl_is_expensive(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Reinforcement learning needs far more training than a relaxation, and more in larger spaces.

    Trainings until the regret is the median one of DARTS, by multiply-adds: over the cost of DARTS
    in the largest space, and how their logarithm grows with the number of edges.
    """
    results = Results(tables, cfg)
    space, names = results.largest, section(cfg, "growing")
    waits = {name: results.waiting(name, REINFORCE) for name in names}
    edges = [len(section(cfg, "spaces")[name]["free"]) for name in names]
    slope = slopes(edges, np.stack([waits[name].to_numpy() for name in names], axis=1))
    at = int(section(cfg, "search.compared"))
    gain = paired(
        results.search(space, RANDOM, "regret", at), results.search(space, REINFORCE, "regret", at)
    )
    return Evidence(
        [
            Measured(ratio_interval(10 ** waits[space] / results.cost(space)), "largest space"),
            Measured.from_seeds(slope, "growth", above(0), "powers of ten per edge"),
        ],
        [Measured.from_seeds(gain)],
    )


@claims.claim(
    id="darts-works",
    unit=SD,
    rule=above(1),
    source=f"{DARTS}, Table 1",
    control="such supernets before they are trained",
    control_rule=below(1),
    seeds="growing_seeds",
    pilot=Effect(2.0),
)
def darts_works(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A differentiable relaxation finds good cells in one training run."""
    results = Results(tables, cfg)
    first = section(cfg, "differentiable")[results.largest]
    names = {"first order": first, "second order": section(cfg, "second")}
    return Evidence(
        [
            Measured.from_seeds(results.supernet(name, "above_mean"), order)
            for order, name in names.items()
        ],
        [Measured.from_seeds(results.untrained(first, "above_mean"))],
    )


@claims.claim(
    id="marginal",
    unit=PP,
    rule=within(-1, 1),
    source=f"{LI}, Table 1; {YU}",
    control="the mean of the space instead of a cell designed by hand",
    control_rule=above(1),
    control_unit="pp above the mean of the space",
    pilot=Effect(5.0),
)
def marginal(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The found cell is only marginally better than one designed by hand.

    The best algorithm, chosen by validation accuracy, after all its trainings in the largest space.
    """
    results = Results(tables, cfg)
    space = results.largest
    best = results.best_algorithm(space)
    found = results.search(space, best, "accuracy")
    return Evidence(
        [Measured.from_seeds(paired(found, results.search(space, best, "hand")))],
        [Measured.from_seeds(paired(found, results.search(space, best, "space_mean")))],
    )


@claims.claim(
    id="space-over-algorithm",
    unit=RATIO,
    rule=above(5),
    source=f"{LI}; {YU}",
    control="the labels of the spaces permuted in every search",
    control_rule=below(5),
    pilot=Effect(2.5),
)
def space_over_algorithm(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The search space matters more than the search algorithm.

    Variance of the mean accuracies of three spaces over that of the algorithms, at equal trainings;
    DARTS, which has its own cost, is added as one more algorithm.
    """
    results = Results(tables, cfg)
    return Evidence(
        [
            Measured(ratio_interval(results.ratios("spaces")), "searches"),
            Measured(ratio_interval(results.ratios_with_darts()), "searches and DARTS"),
        ],
        [Measured(ratio_interval(results.ratios("permuted")))],
    )


@claims.claim(
    id="no-good-no-find",
    unit=PP,
    rule=above(0),
    source=f"{YU}; {DONG}",
    control="the best that is found in the good space, against the mean of the same space",
    control_rule=above(0),
    control_unit="pp above the mean of its space",
    pilot=Effect(10.0),
)
def no_good_no_find(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """In a bad space no algorithm finds a good architecture.

    Mean accuracy of all cells of the good space minus that of the best that any algorithm finds in
    the bad one after all its trainings.
    """
    results = Results(tables, cfg)
    good, bad = section(cfg, "good"), section(cfg, "bad")
    mean = results.search(good, RANDOM, "space_mean")
    return Evidence(
        [Measured.from_seeds(paired(mean, results.best_accuracy(bad)))],
        [Measured.from_seeds(paired(results.best_accuracy(good), mean))],
    )


@claims.claim(
    id="compound",
    unit=PP,
    rule=above(0),
    source="Tan & Le 2019, Tables 3 and 7",
    control="all three scaled at half the multiply-adds",
    control_rule=below(0),
    seeds="scaled_seeds",
    pilot=Effect(2.0),
)
def compound(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Scaling depth, width and resolution together beats scaling one of them.

    At matched multiply-adds, against the best single one by validation accuracy.
    """
    results = Results(tables, cfg)
    return Evidence(
        [Measured.from_seeds(results.against_single(section(cfg, "compound.together")))],
        [Measured.from_seeds(results.against_single(section(cfg, "compound.half")))],
    )


@claims.claim(
    id="collapse",
    unit=SKIPS,
    rule=above(0),
    source="Zela et al. 2020, Fig. 4; Chen et al. 2019, section 3.4",
    control="operation dropout on skip connections",
    control_rule=below(0.5),
    pilot=Effect(1.1),
)
def collapse(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """DARTS drifts to skip connections when it runs for long, and its cells become worse.

    From the first reading to the last: the sum of the shares of skip connections over all edges,
    and the accuracy of the cell in the table.
    """
    results = Results(tables, cfg)

    def change(name: str, value: str) -> Any:
        arm = section(cfg, "supernets")[name]
        last = results.supernet(name, value, arm["training"]["steps"])
        return paired(last, results.supernet(name, value, arm["every"]))

    long, protected = section(cfg, "long"), section(cfg, "protected")
    return Evidence(
        [
            Measured.from_seeds(change(long, "share"), "skip connections"),
            Measured.from_seeds(change(long, "accuracy"), "accuracy", below(0), PP),
        ],
        [Measured.from_seeds(change(protected, "share"))],
    )


@claims.identity(id="trained-again", unit=PP, at_most=TOLERANCE, source="this study")
def trained_again(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Rows of the table that this run trained again have the accuracy of the table."""
    return [Shown("largest difference", float(np.max(tables["retrained"].difference.to_numpy())))]


@claims.count(id="table", unit="cells", source="this study")
def table(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The different cells of each space, and how many were trained again."""
    spaces, again = tables["spaces"], tables["retrained"]
    sizes = {str(name): float(len(part)) for name, part in spaces.groupby("space", sort=False)}
    shown = [Shown(name, size) for name, size in sizes.items() if name != "hand"]
    shown.append(Shown("trained again", float(len(again))))
    same = float((again.difference.to_numpy() == 0).sum())
    return [*shown, Shown("trained again with the same accuracies", same)]


@claims.count(id="noise", unit=PP, source="this study")
def noise(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """The standard deviation of a cell's mean test accuracy in the table, from the seeds it has."""
    space = tables["spaces"]
    space = space[space.space == section(cfg, "growing")[-1]]
    strong = space[space.validation >= space.validation.quantile(0.9)]
    return [
        Shown(name, float(np.sqrt(np.mean(part.noise.to_numpy() ** 2))))
        for name, part in (("largest space", space), ("its best tenth", strong))
    ]


@claims.count(id="costs", unit="trainings", source="this study")
def costs(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Trainings in the largest space until the regret is the median one of DARTS, and its cost."""
    results = Results(tables, cfg)
    space = results.largest
    shown = [Shown("DARTS", results.cost(space))]
    return shown + [
        Shown(algorithm, float(10 ** results.waiting(space, algorithm).mean()))
        for algorithm in results.algorithms
    ]


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
