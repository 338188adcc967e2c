"""The figures of the sharpness study, from its tables alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import kendalltau

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, extend_arms, figure, look
from workflow_scripts.evidence.statistics.intervals import mean_interval, ratio_interval
from workflow_scripts.learning.quantities import ACCURACY, ERROR, LOSS
from workflow_scripts.studies.sharpness.claims import claims
from workflow_scripts.studies.sharpness.minima import Minima
from workflow_scripts.studies.sharpness.quantities import (
    ADAPTIVE,
    BOX,
    CURVATURE,
    NOISE,
    TOP,
    TRACE,
)

ARMS = {
    "small": ("small batches", "blue", "o"),
    "medium": ("reference", "black", "s"),
    "large": ("large batches", "vermilion", "D"),
    "sam": ("sharpness-aware", "green", "^"),
    "random": ("random direction", "grey", "v"),
    "rates": ("other rates", "purple", "P"),
    "warm-up": ("warm-up", "ochre", "X"),
}
"""Arm: its name in a legend, its hue, its marker."""
extend_arms({arm: hue for arm, (_, hue, _) in ARMS.items()})
extend_arms({"signals-small": "blue", "signals-large": "vermilion"})


def generalisation(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test error against six measures of sharpness, one point a minimum of the pool."""
    pool = _without_twins(Minima(tables).pool)
    drawn, axes = figure(WIDTH, 7.6, rows=3, columns=2, sharey=True)
    for ax, measure in zip(axes.flat, CURVATURE, strict=True):
        for arm, (label, _, marker) in ARMS.items():
            part = pool[pool.arm == arm]
            sharp = part[measure.column]
            ax.plot(sharp, part.test_error, marker, color=colour(arm), label=label, alpha=0.75)
        _log_axis(ax, pool[measure.column])
        tau = kendalltau(pool[measure.column], pool.test_error).statistic
        ax.set_title(f"τ = {tau:.2f}".replace("-", "−"), loc="right")
        ax.set_xlabel(measure.axis())
    for ax in axes[:, 0]:
        ax.set_ylabel(ERROR.axis("test error"))
    legend_outside(drawn, axes.flat[0], ncols=3)
    return drawn


def batch_size(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Curvature at the common training loss against batch size."""
    pool = Minima(tables).pool
    pool = pool[pool.arm.isin(["small", "medium", "large"])]
    drawn, axes = figure(WIDTH, 3.6, columns=3)
    for ax, measure in zip(axes, (TOP, TRACE, BOX), strict=True):
        band(ax, pool, "batch_size", measure.column, "mean", colour("medium"))
        for arm in ("small", "medium", "large"):
            part = pool[pool.arm == arm]
            sharp = part[measure.column]
            ax.plot(part.batch_size, sharp, ARMS[arm][2], color=colour(arm), alpha=0.6)
        ax.set_xscale("log")
        ticks_at(ax.xaxis, sorted(pool.batch_size.unique()))
        ax.set_ylim(bottom=0)
        ax.set_xlabel("batch size")
        ax.set_title(measure.axis())
    return drawn


def gap(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy and training loss of small and large batches, the same task."""
    ends = tables["minima"]
    ends = ends[(ends.place == "end") & ends.arm.str.startswith("signals")]
    described = ends.groupby(["arm", "batch_size", "rate"], sort=False)
    drawn, (left, right) = figure(WIDTH, 3.9, columns=2, sharey=True)
    names = []
    for row, ((arm, size, rate), part) in enumerate(described):
        steps = int(part.step.iloc[0])
        names.append(f"batch {size}, rate {rate:g}\n{steps} steps")
        hue = colour("signals-small" if arm == "signals-small" else "signals-large")
        _dots(left, 100 - part.test_error, row, hue)
        _dots(right, 100 - part.train_error, row, hue)
    left.set_yticks(range(len(names)), names)
    left.invert_yaxis()
    left.set_xlabel(ACCURACY.axis("test accuracy"))
    right.set_xlabel(ACCURACY.axis("training accuracy"))
    return drawn


def slices(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on lines through minima, along filter-normalised directions."""
    table = tables["line"]
    drawn, ax = figure(WIDTH, 4.2)
    for arm in ("large", "medium", "small", "sam"):
        band(ax, table[table.arm == arm], "alpha", "loss", ARMS[arm][0], colour(arm))
    ax.set_xlabel("distance along a random direction (filter norms)")
    ax.set_ylabel(LOSS.axis("training loss"))
    ax.set_ylim(bottom=0)
    ax.legend()
    return drawn


def planes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on planes through one minimum of an arm, the same scale for all."""
    table = tables["plane"]
    table = table[table.seed == table.seed.min()]
    arms = [arm for arm in ("large", "medium", "small", "sam") if (table.arm == arm).any()]
    drawn, axes = figure(WIDTH, 6.2, rows=2, columns=2, sharex=True, sharey=True)
    low, high = np.log10(table.loss.min()), np.log10(table.loss.max())
    levels = np.linspace(low, high, 16)
    for ax, arm in zip(axes.flat, arms, strict=False):
        wide = table[table.arm == arm].pivot(index="b", columns="a", values="loss")
        at = np.log10(wide.to_numpy())
        filled = ax.contourf(wide.columns, wide.index, at, levels, cmap="cividis")
        ax.contour(wide.columns, wide.index, at, levels, colors="white", linewidths=0.4)
        ax.plot(0, 0, "+", color="white", markersize=9)
        ax.set_title(ARMS[arm][0])
        ax.set_aspect("equal")
        ax.grid(False)
    bar = drawn.colorbar(filled, ax=axes, shrink=0.8)
    shown = [loss for loss in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if low <= np.log10(loss) <= high]
    bar.set_ticks(np.log10(shown).tolist(), labels=[f"{loss:g}" for loss in shown])
    bar.set_label(LOSS.axis("training loss"))
    drawn.supxlabel("first direction (filter norms)", fontsize=12)
    drawn.supylabel("second direction (filter norms)", fontsize=12)
    return drawn


def rescaling(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Sharpness of one and the same function under rescaled layers."""
    table = tables["rescaling"].copy()
    start = table[table.factor == 1].set_index("seed")
    drawn, ax = figure(WIDTH, 4.0)
    for measure, arm in ((TOP, "large"), (ADAPTIVE, "sam")):
        table["relative"] = table[measure.column] / table.seed.map(start[measure.column])
        band(ax, table, "factor", "relative", measure.words, colour(arm))
        ax.plot(table.factor, table.relative, ARMS[arm][2], color=colour(arm), alpha=0.5)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.invert_xaxis()
    ax.set_xlabel("factor of the first layer (the second is divided by it)")
    ax.set_ylabel("relative to the trained network")
    ax.legend()
    return drawn


def sharpness_aware(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Sharpness at the common loss and test accuracy at the end, by radius."""
    minima = Minima(tables)
    pool, ends = (table[table.arm == "sam"] for table in (minima.pool, minima.last))
    ends = ends.assign(accuracy=100 - ends.test_error)
    drawn, (left, right) = figure(WIDTH, 3.8, columns=2)
    _by_radius(left, pool, TOP.column)
    left.set_ylabel(TOP.axis())
    left.set_ylim(bottom=0)
    _by_radius(right, ends, ACCURACY.column)
    right.set_ylabel(ACCURACY.axis("test accuracy at the end"))
    twice = minima.last[minima.last.arm == "medium"]
    interval = mean_interval((100 - twice.test_error).to_numpy())
    right.axhline(interval.estimate, **look("medium"), label="plain, twice the steps")
    for table, ax, shown in ((minima.pool, left, TOP), (minima.last, right, ACCURACY)):
        part = table[table.arm == "random"].assign(accuracy=lambda t: 100 - t.test_error)
        found = part[shown.column]
        ax.plot(part.radius, found, "v", color=colour("random"), label="random direction")
        ax.set_xlabel("radius ρ")
    right.legend(fontsize=10)
    return drawn


def noise(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Increase of the training loss under weight noise, an arm a row."""
    pool = Minima(tables).pool
    compared = section(cfg, "compared")
    drawn, ax = figure(WIDTH, 3.4)
    shown = ["large", "medium", "small", "random", "sam"]
    for row, arm in enumerate(shown):
        part = pool[pool.arm == arm]
        part = part[part.radius == compared] if arm == "sam" else part
        _dots(ax, part.noise, row, colour(arm), positive=True)
    ax.set_yticks(range(len(shown)), [ARMS[arm][0] for arm in shown])
    ax.invert_yaxis()
    ax.set_xlim(left=0)
    ax.set_xlabel(NOISE.axis("increase of the training loss under noise"))
    return drawn


def warm_up(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss with and without warm-up, a rate a panel."""
    curves = tables["curves"]
    curves = curves[curves.split == "train"]
    rates = sorted(curves[curves.arm == "warm-up"].rate.unique())
    rows = -(-len(rates) // 2)
    drawn, axes = figure(WIDTH, 2.6 * rows, rows=rows, columns=2, sharex=True, sharey=True)
    for ax, rate in zip(axes.flat, rates, strict=False):
        for arm, label in (("rates", "without warm-up"), ("warm-up", "with warm-up")):
            part = curves[(curves.arm == arm) & (curves.rate == rate) & (curves.step > 0)]
            for _, one in part.groupby("seed"):
                ax.plot(one.step, one.loss, color=colour(arm), alpha=0.3, linewidth=1)
            middle = part.groupby("step").loss.median()
            ax.plot(middle.index, middle, **look(arm), label=label)
        ax.set_yscale("log")
        ax.set_title(f"rate {rate:g}")
    drawn.supxlabel("step", fontsize=12)
    drawn.supylabel(LOSS.axis("training loss"), fontsize=12)
    axes.flat[0].legend()
    return drawn


def confound(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Which measures rank test error, over all arms and where only the rate differs."""
    pool = Minima(tables).pool
    reference = pool[pool.arm == "medium"]
    same_rate = pool[pool.rate.isin(reference.rate)]
    only_rate = pool[pool.arm.isin(["medium", "rates"])]
    parts = (
        ("medium", "all arms", pool),
        ("sam", "one learning rate", same_rate),
        ("rates", "only the learning rate differs", only_rate),
    )
    drawn, ax = figure(WIDTH, 5.2)
    names = {measure.column: measure.words for measure in CURVATURE}
    names |= {"rate": "learning rate", "step": "steps to the common loss"}
    for row, measure in enumerate(names):
        for shift, (arm, _, part) in zip((-0.24, 0.0, 0.24), parts, strict=True):
            if part[measure].nunique() > 1:
                correlations = Minima({"minima": part}).rank_correlation(measure).dropna()
                _dots(ax, correlations, row + shift, colour(arm))
    ax.axvline(0, color=colour("random"), linewidth=1)
    ax.set_yticks(range(len(names)), list(names.values()))
    ax.invert_yaxis()
    ax.set_xlim(-1.05, 1.05)
    ax.set_xlabel(claims["flat-generalises"].axis("rank correlation with test error"))
    for arm, label, _ in parts:
        ax.plot([], [], "o", color=colour(arm), label=label)
    legend_outside(drawn, ax, ncols=3)
    return drawn


FIGURES: Figures = {
    "generalisation": generalisation,
    "confound": confound,
    "batch_size": batch_size,
    "gap": gap,
    "slices": slices,
    "planes": planes,
    "sharpness_aware": sharpness_aware,
    "noise": noise,
    "rescaling": rescaling,
    "warm_up": warm_up,
}


def _without_twins(pool: pd.DataFrame) -> pd.DataFrame:
    return pool[~((pool.arm == "sam") & (pool.radius == 0))]


def _by_radius(ax: Axes, table: pd.DataFrame, value: str) -> None:
    band(ax, table, "radius", value, "sharpness-aware", colour("sam"))
    ax.plot(table.radius, table[value], "^", color=colour("sam"), alpha=0.5)


def _dots(ax: Axes, values: pd.Series, row: float, hue: str, positive: bool = False) -> None:
    """One point a seed, and the mean with its 95 % t-interval (on the logarithm if `positive`)."""
    found = values.to_numpy(dtype=float)
    ax.plot(found, np.full(len(found), row), "o", color=hue, alpha=0.35, markersize=4)
    interval = (ratio_interval if positive else mean_interval)(found)
    if len(found) > 1:
        ax.plot([interval.low, interval.high], [row, row], "-", color=hue, linewidth=2)
    ax.plot(interval.estimate, row, "D", color=hue, markersize=6)


def _log_axis(ax: Axes, values: pd.Series) -> None:
    """A logarithmic axis with about three plain numbers on it."""
    ax.set_xscale("log")
    low, high = np.log10(values.min()), np.log10(values.max())
    digits = (1, 2, 5) if high - low > 0.6 else (1, 1.5, 2, 3, 4, 5, 7)
    shown = [d * 10.0**e for e in range(-8, 8) for d in digits]
    inside = [tick for tick in shown if low <= np.log10(tick) <= high]
    ticks_at(ax.xaxis, inside[:: max(1, len(inside) // 4)])


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
