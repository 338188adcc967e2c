"""The claims of the study computed again from the columns of its tables, by SciPy and NumPy."""

import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import least_squares
from scipy.signal import detrend

from tests.studies.again import Again, Tables
from tests.studies.double_descent.double_descent_example import TRAIN, WIDTH

FILE = Path(__file__).parents[3] / "config" / "double_descent.yaml"
CONFIG = yaml.safe_load(FILE.read_text())
Measure = Callable[[np.ndarray, tuple[int, int, int]], float]
"""Of a curve, at a valley, a top, and the lowest point after it."""
Effects = Callable[[int], list[float]]


def sizes_of(tables: Tables) -> tuple[int, int]:
    """Numbers of images of `features` and of features of `sizes`: configured, or made up."""
    if tables["features"].width.max() == max(CONFIG["features"]["widths"]):
        return CONFIG["features"]["sample"]["train"], CONFIG["sizes"]["width"]
    return TRAIN, WIDTH


def grid(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """The values [seeds, sizes] of a column of one condition."""
    return table.pivot(index="seed", columns=x, values=y).astype(float)


def ends(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows without label noise, and those with most of it."""
    return [table[table.noise == level] for level in (table.noise.min(), table.noise.max())]


def plain(table: pd.DataFrame, x: str, y: str = "error") -> pd.DataFrame:
    """Without a penalty."""
    return grid(table[table.ridge == 0], x, y)


def best(table: pd.DataFrame, x: str, y: str = "error") -> pd.DataFrame:
    """With the penalty whose risk on validation images is the lowest, of those above zero."""
    ridged = table[table.ridge > 0].sort_values("validation_risk", kind="stable")
    return grid(ridged.groupby(["seed", x], as_index=False).head(1), x, y)


def last(table: pd.DataFrame, split: str) -> pd.DataFrame:
    """Networks at the end of their training."""
    table = table[table.split == split]
    return grid(table[table.step == table.step.max()], "width", "error")


def early(table: pd.DataFrame) -> pd.DataFrame:
    """Averaged weights at the lowest validation loss, that being a mean of three measurements."""
    loss, error = (
        table[table.split == split].pivot(index=["seed", "width"], columns="step", values=value)
        for split, value in (("averaged validation", "loss"), ("averaged test", "error"))
    )
    lowest = smooth(loss).to_numpy().argmin(axis=1)
    errors = error.to_numpy()[np.arange(len(error)), lowest]
    return pd.Series(errors, loss.index).where(np.isfinite(loss).all(axis=1)).unstack()


def smooth(found: pd.DataFrame) -> pd.DataFrame:
    """Averages of each point and those next to it."""
    near = np.tri(found.shape[1], k=1) - np.tri(found.shape[1], k=-2)
    return found.dot(pd.DataFrame(near / near.sum(0), found.columns, found.columns))


def peak(curve: np.ndarray, inner: bool) -> tuple[int, int, int]:
    """The pair of points with the largest rise, and the lowest point after it."""
    pairs = itertools.combinations(range(len(curve) - inner), 2)
    left, top = min(pairs, key=lambda pair: (curve[pair[0]] - curve[pair[1]], pair[1], pair[0]))
    return left, top, min(range(top + inner, len(curve)), key=lambda point: curve[point])


def by_halves(
    found: pd.DataFrame, measure: Measure, where: pd.DataFrame | None = None, inner: bool = True
) -> Effects:
    """A measure of the first n seeds, at the peak of those at positions of the other parity."""

    def values(n: int) -> list[float]:
        located = (found if where is None else where).to_numpy()[:n]
        peaks = [peak(located[1 - parity :: 2].mean(0), inner) for parity in (0, 1)]
        return [
            measure(curve, peaks[seed % 2]) if np.isfinite(curve).all() else np.nan
            for seed, curve in enumerate(found.to_numpy()[:n])
        ]

    return values


def rise(found: pd.DataFrame, inner: bool = False) -> Effects:
    return by_halves(found, lambda curve, p: curve[p[1]] - curve[p[0]], inner=inner)


def ratio(found: pd.DataFrame, side: int, where: pd.DataFrame | None = None) -> Effects:
    """The top over the valley before it (side 0) or after it (side 2)."""
    return by_halves(found, lambda curve, p: curve[p[1]] / curve[p[side]], where)


def most(found: pd.DataFrame, thresholds: list[float], highest: bool = False) -> Again:
    """More than half of the seeds peak (are highest) there, or one size away, if all are finite."""
    curves = found.to_numpy()
    tops = [np.argmax(curve) if highest else peak(curve, inner=False)[1] for curve in curves]
    hits = np.abs(np.subtract(tops, thresholds)) <= 1
    return Again(np.where(np.isfinite(found).all(axis=1), hits, np.nan), low=0.5, kind="share")


def model_wise_features(tables: Tables) -> list[Again]:
    train, _ = sizes_of(tables)
    clean, _ = ends(tables["features"])
    found = plain(clean, "width")
    return [
        Again(ratio(found, 0), low=2, kind="ratio"),
        Again(ratio(found, 2), low=2, kind="ratio"),
        Again(by_halves(found, lambda curve, p: curve[p[2]] - curve[p[0]]), high=0),
        most(found, [sum(found.columns < train)]),
        Again(rise(best(clean, "width")), high=1, control=True),
    ]


def epoch_wise_linear(tables: Tables) -> list[Again]:
    _, noisy = ends(tables["two_scales"])
    risks = {model: grid(part, "step", "risk") for model, part in noisy.groupby("model")}
    two, one = risks["two scales"], risks["one scale"]
    return [
        Again(ratio(two, 0), low=1.1, kind="ratio"),
        Again(ratio(two, 2), low=1.1, kind="ratio"),
        Again(ratio(one, 2, where=two), high=1.1, kind="ratio", control=True),
    ]


def sample_wise(tables: Tables) -> list[Again]:
    _, width = sizes_of(tables)
    levels = ends(tables["sizes"])
    errors = [plain(table, "size") for table in levels]
    parts = [Again(error[width] - error[width // 4], low=0) for error in errors]
    return parts + [Again(rise(best(table, "size")), high=0, control=True) for table in levels]


def regularisation(tables: Tables) -> list[Again]:
    levels = ends(tables["features"])
    parts = [Again(rise(best(table, "width")), high=1) for table in levels]
    return parts + [Again(rise(plain(table, "width")), low=10, control=True) for table in levels]


def smoother(tables: Tables) -> list[Again]:
    train, _ = sizes_of(tables)
    clean, _ = ends(tables["features"])
    found, ridge = plain(clean, "width", "norm"), best(clean, "width", "norm")
    beyond = np.log(found.loc[:, train:])
    slopes = np.polyfit(np.log(list(beyond)), beyond.T, 1)[0]
    return [
        Again(found[train] / found.iloc[:, -1], low=2, kind="ratio"),
        Again(slopes, high=0),
        most(found, [sum(found.columns < train)], highest=True),
        Again(ridge[train] / ridge.iloc[:, -1], high=2, kind="ratio", control=True),
    ]


def model_wise_network(tables: Tables) -> list[Again]:
    clean, noisy = ends(tables["networks"])
    found = last(noisy, "test")
    fits = last(noisy, "train").to_numpy() <= 10
    first = [min(np.flatnonzero(widths), default=np.inf) for widths in fits]
    return [
        Again(rise(found, inner=True), low=2),
        Again(by_halves(found, lambda curve, p: curve[p[1]] - curve[-1]), low=5),
        most(found, first),
        Again(rise(last(clean, "test")), high=2, control=True),
    ]


def epoch_wise(tables: Tables) -> list[Again]:
    table = tables["epochs"]
    clean, noisy = (grid(part, "step", "error") for part in ends(table[table.split == "test"]))
    return [
        Again(rise(noisy, inner=True), low=1),
        Again(by_halves(noisy, lambda curve, p: curve[p[1]] - curve[p[2]]), low=1),
        Again(rise(clean), high=1, control=True),
    ]


def classical_is_local(tables: Tables) -> list[Again]:
    train, _ = sizes_of(tables)
    noisy = ends(tables["networks"])[1]
    under = plain(ends(tables["features"])[1], "width").loc[:, : train - 1]
    valley = by_halves(under.iloc[:, 1:], lambda curve, p: curve[p[0]], inner=False)
    return [
        Again(rise(smooth(early(noisy))), high=2),
        Again(lambda n: under.iloc[:n, 0] - valley(n), low=2),
        Again(rise(under), low=2),
        Again(rise(smooth(last(noisy, "test"))), low=2, control=True),
    ]


@cache  # most worlds have the same curves
def law(sizes: tuple[float, ...], logs: tuple[float, ...], largest: float) -> float:
    """The log loss at the largest size by a power law with a floor, log a + log(u + size^-b)."""
    x, end = np.log(np.array(sizes) / sizes[0]), np.log(largest / sizes[0])

    def shape(fit: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.log(fit[1] + np.exp(-fit[0] * at))

    def misses(fit: np.ndarray) -> np.ndarray:
        return detrend(logs - shape(fit, x), type="constant")

    exact = dict.fromkeys(("xtol", "ftol", "gtol"), 1e-14)
    starts = itertools.product((0.2, 0.6, 2.0), (0.01, 1.0))
    fits = [least_squares(misses, start, bounds=(0, np.inf), **exact) for start in starts]
    fit = min(fits, key=lambda each: each.cost).x
    return float(np.mean(logs - shape(fit, x)) + shape(fit, end))


def gain(found: pd.DataFrame, seeds: int) -> np.ndarray:
    """How much further the law misses the largest size than a parabola, for the first seeds."""
    sizes, values = found.columns.to_numpy(float), found.to_numpy()[:seeds]
    small = sizes <= sizes[-1] / 4
    gains = np.full(len(values), np.nan)
    for seed in np.flatnonzero(np.isfinite(values).all(axis=1)):
        logs = np.log(values[seed])
        power = law(tuple(sizes[small]), tuple(logs[small]), sizes[-1])
        bowl = np.polyval(np.polyfit(np.log(sizes[small]), logs[small], 2), np.log(sizes[-1]))
        gains[seed] = round(abs(power - logs[-1]) - abs(bowl - logs[-1]), 6)
    return gains


def scaling_law(tables: Tables) -> list[Again]:
    train, _ = sizes_of(tables)
    features, sizes, networks = (ends(tables[name]) for name in ("features", "sizes", "networks"))
    seeds = networks[0].seed.nunique()
    laws = [[best(each, "width") for each in features], [best(each, "size") for each in sizes]]
    laws.append([early(each) for each in networks])
    tests = plain(features[1], "width").loc[:, :train]
    fitted = plain(features[1], "width", "train_risk").loc[:, : train - 1]
    return [
        *[Again(np.mean([gain(found, seeds) for found in pair], axis=0), high=0) for pair in laws],
        *[Again(gain(found, seeds), low=0, control=True) for found in (tests, fitted)],
    ]


REGRESSIONS = (model_wise_features, epoch_wise_linear, sample_wise, regularisation, smoother)
NETWORKS = (model_wise_network, epoch_wise, classical_is_local, scaling_law)
AGAIN = {each.__name__.replace("_", "-"): each for each in REGRESSIONS + NETWORKS}
LOOKS_OF = dict.fromkeys(list(AGAIN)[: len(REGRESSIONS)], (5, 10, 20, 40))
