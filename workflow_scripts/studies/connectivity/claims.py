"""The claims of the study of mode connectivity.

Rules and margins were written before any result.
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
    NoData,
    above,
    at_most,
    below,
    paired,
    per_seed,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.trend import slopes
from workflow_scripts.learning.quantities import ACCURACY, ERROR, LOSS

GARIPOV = "Garipov et al. 2018"
DRAXLER = "Draxler et al. 2018"
LMC = "Frankle et al. 2020"
SPLITS = {"train": "training set", "test": "test set"}
BARRIER, LEVEL = 0.3, 0.1
"""Nats above which a line has a barrier, and below which it is flat."""
SAME = 1e-6
"""Nats below which a barrier counts as zero: rounding errors of another order of summation."""
JOINED = 1
"""Percentage points of error that a path between solutions may rise above its worse end."""
STABLE = 2
"""Percentage points of error below which Frankle et al. call a network stable."""
UNMOVED = 0.25
"""Percentage points by which averaging iterates that hardly move may change the accuracy."""
NO_WORSE = -0.05
"""Difference in accuracy (pp) above which a soup is no worse than the best of its copies."""
RUINED = -5
"""Change in accuracy (pp) below which averaging networks of two basins ruins them."""

Tables = Mapping[str, pd.DataFrame]
claims = Claims("connectivity")


def excess(tables: Tables, kind: str) -> pd.Series:
    """Largest test error between the ends of a path minus that of the worse end, in pp, by pair."""
    return per_seed(tables["paths"], "excess", kind=kind, split="test")


def branch_barriers(tables: Tables, chain: str, value: str, split: str, last: bool) -> pd.Series:
    """Barrier between copies of a chain that diverge at the last or the first of its steps."""
    table = tables["branches"]
    points = table[table.chain == chain].point
    if points.empty:
        raise NoData(f"no copies of {chain} were trained")
    point = points.max() if last else points.min()
    return per_seed(table, value, chain=chain, split=split, point=point)


@claims.claim(
    id="line-barrier",
    unit=LOSS.unit,
    rule=above(BARRIER),
    source=f"{GARIPOV}, Figs. 1–2; {LMC}, Fig. 2",
    control="two copies of one network that part late in its training",
    control_rule=below(LEVEL),
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
            Measured.from_seeds(
                branch_barriers(tables, main, "loss_barrier", split, last=True), name
            )
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
)
def curved_path(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A quadratic Bézier curve joins the two solutions at nearly their own test error.

    The largest test error between its ends, above that of the worse end.
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
    source="Izmailov et al. 2018, Table 1 and section 4.1",
    control="the same average over the end of an annealed training of equal length, whose iterates"
    " hardly move: it must change its accuracy by next to nothing",
    control_rule=within(-UNMOVED, UNMOVED),
)
def swa(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Averaging late weights gives a point that is better and flatter than the last iterate.

    Same trajectory, same budget. Flatter: a smaller largest eigenvalue of the Hessian of the
    training loss.
    """
    table = tables["averages"]

    def of(point: str, value: str = "accuracy") -> pd.Series:
        return per_seed(table, value, point=point)

    return Evidence(
        [
            Measured.from_seeds(paired(of("average"), of("last")), "test accuracy"),
            Measured.from_seeds(
                of("average", "largest_eigenvalue") / of("last", "largest_eigenvalue"),
                "largest eigenvalue, average over last iterate",
                rule=below(1),
                unit="×",
            ),
        ],
        [Measured.from_seeds(paired(of("annealed average"), of("annealed")))],
    )


@claims.claim(
    id="soup-same-basin",
    unit=ACCURACY.difference,
    rule=above(NO_WORSE),
    source="Wortsman et al. 2022, Table 3",
    control="the average of two networks trained from independent initial weights, against the"
    " better of the two",
    control_rule=below(RUINED),
)
def soup_same_basin(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The average of fine-tuned copies of one network is no worse than the best of them.

    Test accuracy of the greedy soup minus that of the copy that is best on the validation set, by
    ancestor.
    """
    table = tables["soups"]
    chosen = {name: per_seed(table, "accuracy", soup=name) for name in ("greedy", "best copy")}
    halves = {
        name: per_seed(table, "accuracy", soup=name)
        for name in ("independent average", "better of the independent")
    }
    return Evidence(
        [Measured.from_seeds(paired(chosen["greedy"], chosen["best copy"]))],
        [
            Measured.from_seeds(
                paired(halves["independent average"], halves["better of the independent"])
            )
        ],
    )


@claims.claim(
    id="same-basin",
    unit=ERROR.difference,
    rule=below(STABLE),
    source=f"{LMC}, Figs. 2–3, where less than 2 % is stable",
    control="copies of the residual network that part at its first step",
    control_rule=above(STABLE),
)
def same_basin(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Copies of a network that share enough of its first steps stay linearly connected.

    The barrier of the test error between copies that part at the latest step measured.
    """
    unstable = section(cfg, "unstable")
    chains = sorted(section(cfg, "branches"))
    return Evidence(
        [
            Measured.from_seeds(
                branch_barriers(tables, name, "error_barrier", "test", last=True), name
            )
            for name in chains
        ],
        [
            Measured.from_seeds(
                branch_barriers(tables, unstable, "error_barrier", "test", last=False)
            )
        ],
    )


@claims.claim(
    id="permutation",
    unit=LOSS.unit,
    rule=above(0),
    source="Ainsworth et al. 2023, section 3.2 and Figs. 2–3; Entezari et al. 2022",
    control="one network and a copy of it with its hidden units in another order: a barrier before"
    " matching, none after",
    control_rule=above(BARRIER),
)
def permutation(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Part of the barrier is only the order of the hidden units, and more of it in wider networks.

    Barrier of the test loss before minus after weight matching at the largest width; and how the
    share of the barrier that matching removes changes with width.
    """
    table = tables["matching"]
    table = table[table.split == "test"]
    if table.empty:
        raise NoData("no barrier was measured on the test set")

    def barrier(pair: str, order: str) -> pd.DataFrame:
        part = table[(table.pair == pair) & (table.order == order)]
        if part.empty:
            raise NoData(f"no barrier of {pair} pairs was measured with units {order}")
        return part.pivot(index="seed", columns="width", values="loss_barrier")

    before, after = barrier("independent", "as trained"), barrier("independent", "matched")
    removed = 1 - after / before
    widest = before.columns.max()
    trend = slopes(np.log2(removed.columns.to_numpy(dtype=float)), removed.to_numpy())
    copies = {order: barrier("copy", order)[widest] for order in ("as trained", "matched")}
    return Evidence(
        [
            Measured.from_seeds(before[widest] - after[widest], "removed at the largest width"),
            Measured.from_seeds(trend, "share removed", unit="per doubling of the width"),
        ],
        [
            Measured.from_seeds(copies["as trained"], "before matching"),
            Measured.from_seeds(copies["matched"], "after matching", rule=at_most(SAME)),
        ],
    )


def main(snakemake: Job) -> None:
    """Decide the claims from the study's tables."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
