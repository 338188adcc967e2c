"""The claims of the study computed again from the columns of its table of minima.

A network that never reached the common loss has a row that says so, without measurements. How it
counts depends on which seeds there are: values are functions of the number of seeds.
"""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from tests.studies.again import Again, Tables

MOST_LOST = 0.2
POOL = ["small", "medium", "large", "sam", "random"]
PERMUTATIONS = 5
SAM = {"arm": "sam", "radius": 0.2}


def rows(tables: Tables, n: int, place: str, **where: object) -> pd.DataFrame:
    """The rows of the first n seeds at a place whose columns equal those in `where`."""
    table = tables["minima"]
    seeds = np.sort(table.seed.unique())[:n]
    table = table[table.seed.isin(seeds) & (table.place == place)]
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    return table


def lost(table: pd.DataFrame) -> np.ndarray:
    """Which networks never reached the common loss."""
    return ~table.reached.to_numpy(dtype=bool)


def ratio(
    tables: Tables,
    measure: str,
    ours: dict[str, object],
    others: dict[str, object],
    low: float = -math.inf,
    high: float = math.inf,
    control: bool = False,
) -> Again:
    """Ratios at the common loss; a seed that lost a network has the worst one of the others.

    The worst is furthest outside the margins, or nearest to one. It is not known where an arm lost
    too many networks.
    """

    def values(n: int) -> np.ndarray:
        arms = [rows(tables, n, "target", **arm).sort_values("seed") for arm in (ours, others)]
        assert (arms[0].seed.to_numpy() == arms[1].seed.to_numpy()).all()
        above, below = (arm[measure].to_numpy(dtype=float) for arm in arms)
        gone = np.array([lost(arm) for arm in arms])
        found = np.where(gone.any(0), math.nan, above / below)
        if gone.any() and gone.mean(1).max() <= MOST_LOST:
            known = found[~gone.any(0)]
            worst = max(known, key=lambda value: max(low - value, value - high))
            found[gone.any(0)] = worst
        return found

    return Again(values, low, high, "ratio", control)


def gain(
    tables: Tables,
    ours: dict[str, object],
    others: dict[str, object],
    low: float = -math.inf,
    high: float = math.inf,
    control: bool = False,
) -> Again:
    """How much lower the test error at the end is than that of others, the means of the copies."""

    def values(n: int) -> np.ndarray:
        errors = [
            rows(tables, n, "end", **arm).pivot(index="seed", columns="copy", values="test_error")
            for arm in (ours, others)
        ]
        assert errors[0].index.equals(errors[1].index)
        mine, theirs = (error.to_numpy(dtype=float).mean(1) for error in errors)
        return theirs - mine

    return Again(values, low, high, control=control)


def tau(first: np.ndarray, second: np.ndarray) -> float:
    """Kendall's rank correlation; of finite numbers only."""
    if len(first) < 2 or not np.isfinite([first, second]).all():
        return math.nan
    return float(stats.kendalltau(first, second).statistic)


def with_lost(measure: np.ndarray, error: np.ndarray, gone: int) -> float:
    """The correlation if all pairs with one of the networks that are gone are in the wrong order.

    τ is a mean over pairs: their number weighs it against −1.
    """
    there, pairs = math.comb(len(measure), 2), math.comb(len(measure) + gone, 2)
    if there == 0:
        return -1.0 if pairs else math.nan
    return (there * tau(measure, error) - (pairs - there)) / pairs


def ranked(tables: Tables, measure: str) -> list[Again]:
    """Correlations of a measure and the test error over the networks of a seed at one rate.

    Those of the control are of errors in random order, without the networks that were lost.
    """

    def each(n: int, number: Callable[[np.ndarray, np.ndarray, int, int], float]) -> list[float]:
        pool = rows(tables, n, "target")
        pool = pool[pool.arm.isin(POOL)]
        arms = [lost(arm).mean() for _, arm in pool.groupby(["arm", "radius"])]
        found = []
        for seed, part in pool.groupby("seed"):
            there = part[~lost(part)]
            gone = len(part) - len(there)
            numbers = (there[name].to_numpy(dtype=float) for name in (measure, "test_error"))
            judged = not gone or max(arms) <= MOST_LOST
            found.append(number(*numbers, gone, seed) if judged else math.nan)
        return found

    def ordered(values: np.ndarray, error: np.ndarray, gone: int, seed: int) -> float:
        return with_lost(values, error, gone)

    def disordered(values: np.ndarray, error: np.ndarray, gone: int, seed: int) -> float:
        random = np.random.default_rng(seed)
        orders = [random.permutation(len(error)) for _ in range(PERMUTATIONS)]
        return float(np.mean([tau(values, error[order]) for order in orders]))

    return [
        Again(lambda n: each(n, ordered), low=0),
        Again(lambda n: each(n, disordered), high=0.2, control=True),
    ]


def large_batch_sharp(tables: Tables) -> list[Again]:
    parts = []
    for measure in ("top", "trace"):
        parts += [
            ratio(tables, measure, {"arm": "large"}, {"arm": "small"}, low=1.5),
            ratio(tables, measure, {"arm": "random"}, {"arm": "medium"}, 0.67, 1.5, control=True),
        ]
    return parts


def large_batch_generalises_worse(tables: Tables) -> list[Again]:
    small, second, large = ({"arm": f"signals-{name}"} for name in ("small", "second", "large"))
    return [
        gain(tables, small, large, low=0.3),
        gain(tables, small, second, high=0.3, control=True),
    ]


def sam(tables: Tables) -> list[Again]:
    plain, tuned, random = ({"arm": name} for name in ("medium", "tuned", "random"))
    return [
        ratio(tables, "top", SAM, plain, high=0.7),
        gain(tables, SAM, tuned, low=0),
        ratio(tables, "top", random, plain, low=0.7, control=True),
        gain(tables, random, tuned, high=0.3, control=True),
    ]


def robust_to_noise(tables: Tables) -> list[Again]:
    return [
        ratio(tables, "noise", {"arm": "large"}, {"arm": "small"}, low=1),
        ratio(tables, "noise", {"arm": "random"}, {"arm": "medium"}, 0.67, 1.5, control=True),
    ]


def warm_up(tables: Tables) -> list[Again]:
    table = tables["minima"]
    rates = sorted(table[table.arm == "warm-up"].rate.unique())
    (cold, warm), (mild, mild_warm) = (
        ({"arm": "abrupt", "rate": rate}, {"arm": "warm-up", "rate": rate})
        for rate in (rates[-1], rates[0])
    )
    return [
        ratio(tables, "top", cold, warm, low=1),
        gain(tables, warm, cold, low=0),
        ratio(tables, "top", mild, mild_warm, 0.8, 1.25, control=True),
        gain(tables, mild_warm, mild, -0.5, 0.5, control=True),
    ]


AGAIN: dict[str, Callable[[Tables], list[Again]]] = {
    "large-batch-sharp": large_batch_sharp,
    "large-batch-generalises-worse": large_batch_generalises_worse,
    "flat-generalises": lambda tables: ranked(tables, "top"),
    "flat-generalises-adaptive": lambda tables: ranked(tables, "adaptive"),
    "sam": sam,
    "robust-to-noise": robust_to_noise,
    "warm-up": warm_up,
}
