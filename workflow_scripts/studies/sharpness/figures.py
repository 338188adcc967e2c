"""The figures of the sharpness study, drawn from its tables only."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure, look
from workflow_scripts.evidence.statistics.intervals import mean_interval
from workflow_scripts.learning.quantities import ACCURACY, ERROR, LOSS
from workflow_scripts.studies.sharpness.claims import claims
from workflow_scripts.studies.sharpness.landscapes import planes, rescaling, slices
from workflow_scripts.studies.sharpness.marks import ARMS, dots, log_axis, rows
from workflow_scripts.studies.sharpness.minima import (
    ALL_RATES,
    ONE_RATE,
    TEST_ERROR,
    Minima,
    by_seed,
)
from workflow_scripts.studies.sharpness.quantities import (
    BOX,
    CURVATURE,
    NOISE,
    PREDICTED,
    TOP,
    TRACE,
)
from workflow_scripts.studies.sharpness.ranks import rank_correlation

SIGNALS = {
    "signals-small": "small",
    "signals-second": "medium",
    "signals-large-same": "rates",
    "signals-large": "large",
    "signals-large-steps": "sam",
}
"""Arm of the gap of large batches: the arm whose colour it has."""
LOSSES = [digit * 10.0**power for power in range(-6, 2) for digit in (1, 2, 5)]
"""Numbers on logarithmic axes of losses."""


def generalisation(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test error against six measures of sharpness, one point per minimum of the pool."""
    pool = _pool(tables, ALL_RATES)
    drawn, axes = figure(WIDTH, 7.6, rows=3, columns=2, sharey=True)
    for ax, measure in zip(axes.flat, CURVATURE, strict=True):
        for arm in ALL_RATES:
            label, _, marker = ARMS[arm]
            part = pool[pool.arm == arm]
            sharp = part[measure.column]
            ax.plot(sharp, part.test_error, marker, color=colour(arm), label=label, alpha=0.6)
        log_axis(ax, pool[measure.column])
        ax.set_xlabel(measure.axis())
    for ax in axes[:, 0]:
        ax.set_ylabel(ERROR.axis("test error"))
    legend_outside(drawn, axes.flat[0], ncols=3)
    return drawn


def confound(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Rank correlation of measures and test error, over all arms and where only rates differ."""
    parts = (
        ("sam", "one learning rate", _pool(tables, ONE_RATE)),
        ("medium", "all rates", _pool(tables, ALL_RATES)),
        ("rates", "only the learning rate differs", _pool(tables, ("medium", "tuned", "rates"))),
    )
    drawn, ax = figure(WIDTH, 5.2)
    names = {measure.column: measure.words for measure in CURVATURE}
    names |= {"rate": "learning rate", "step": "steps to the common loss"}
    for row, measure in enumerate(names):
        for shift, (arm, _, part) in zip((-0.24, 0.0, 0.24), parts, strict=True):
            if part[measure].nunique() > 1:
                found = by_seed(part, partial(_correlation, measure))
                dots(ax, found, row + shift, colour(arm))
    ax.axvline(claims["flat-generalises"].rule.margin, color=colour("random"), linewidth=1)
    rows(ax, list(names.values()))
    ax.set_xlim(-1.05, 1.05)
    ax.set_xlabel(claims["flat-generalises"].axis("rank correlation with test error"))
    for arm, label, _ in parts:
        ax.plot([], [], "o", color=colour(arm), label=label)
    legend_outside(drawn, ax, ncols=3)
    return drawn


def batch_size(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Curvature at the common training loss against batch size."""
    pool = _pool(tables, ("small", "medium", "large"))
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
    """Test and training accuracy of small and large batches on the same task."""
    ends = Minima(tables).last
    drawn, (left, right) = figure(WIDTH, 4.4, columns=2, sharey=True)
    names = []
    for row, (arm, like) in enumerate(SIGNALS.items()):
        part = ends[ends.arm == arm]
        one = part.iloc[0]
        names.append(f"batch {one.batch_size}, rate {one.rate:g}\n{one.step} steps")
        for ax, error in ((left, part.test_error), (right, part.train_error)):
            dots(ax, 100 - error.groupby(part.seed).mean(), row, colour(like))
    rows(left, names)
    left.set_xlabel(ACCURACY.axis("test accuracy"))
    right.set_xlabel(ACCURACY.axis("training accuracy"))
    return drawn


def sharpness_aware(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Sharpness at the common loss and test accuracy at the end, by radius."""
    minima = Minima(tables)
    drawn, (left, right) = figure(WIDTH, 3.8, columns=2)
    for ax, table, shown in (
        (left, minima.reached, TOP.column),
        (right, _with_accuracy(minima.last), ACCURACY.column),
    ):
        for arm, marker in (("sam", "^"), ("random", "v")):
            part = table[table.arm == arm]
            if arm == "sam":
                band(ax, part, "radius", shown, ARMS[arm][0], colour(arm))
            label = ARMS[arm][0] if arm == "random" else None
            ax.plot(part.radius, part[shown], marker, color=colour(arm), alpha=0.5, label=label)
        for arm in ("medium", "tuned"):
            plain = table[table.arm == arm]
            interval = mean_interval(plain[shown].dropna().to_numpy())
            label = f"plain, rate {plain.rate.iloc[0]:g}"
            ax.axhline(interval.estimate, **look(arm), label=label)
        ax.set_xlabel("radius ρ")
    left.set_ylabel(TOP.axis())
    left.set_ylim(bottom=0)
    right.set_ylabel(ACCURACY.axis("test accuracy at the end"))
    legend_outside(drawn, right, ncols=3)
    return drawn


def noise(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Increase of the training loss under weight noise, one row per arm."""
    pool = _pool(tables, ONE_RATE)
    compared = section(cfg, "compared")
    drawn, ax = figure(WIDTH, 3.6)
    shown = ("large", "medium", "small", "random", "sam")
    for row, arm in enumerate(shown):
        part = pool[(pool.arm == arm) & ((arm != "sam") | (pool.radius == compared))]
        dots(ax, part[NOISE.column], row, colour(arm), positive=True)
        expected = part[PREDICTED.column].mean()
        ax.plot(expected, row + 0.25, "|", color=colour(arm), markersize=12, markeredgewidth=2)
    rows(ax, [ARMS[arm][0] for arm in shown])
    for mark, label, size in (
        ("o", "one minimum", 4),
        ("D", "mean, interval", 6),
        ("|", "predicted by the curvature", 12),
    ):
        ax.plot([], [], mark, color=colour("random"), markersize=size, label=label)
    legend_outside(drawn, ax, ncols=3, columnspacing=1.0, handletextpad=0.2)
    ax.set_xlim(left=0)
    ax.set_xlabel(NOISE.axis("increase of the training loss under noise"))
    return drawn


def warm_up(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss with and without warm-up, one rate a panel; sharpness and accuracy."""
    curves = tables["curves"]
    curves = curves[(curves.split == "train") & (curves.step > 0)]
    minima = Minima(tables)
    rates = sorted(minima.last[minima.last.arm == "warm-up"].rate.unique())
    judged = (rates[0], rates[-1])
    drawn, axes = figure(WIDTH, 6.0, rows=2, columns=2, height_ratios=(3, 2))
    for ax, rate in zip(axes[0], judged, strict=True):
        for arm in ("abrupt", "warm-up"):
            part = curves[(curves.arm == arm) & (curves.rate == rate)]
            for _, one in part.groupby("seed"):
                ax.plot(one.step, one.loss, color=colour(arm), alpha=0.25, linewidth=1)
            middle = part.groupby("step").loss.median()
            ax.plot(middle.index, middle, **look(arm), label=ARMS[arm][0])
        ax.set_xscale("log")
        ax.set_yscale("log")
        low, high = ax.get_ylim()
        ticks_at(ax.yaxis, [loss for loss in LOSSES if low <= loss <= high])
        ax.set_title(f"rate {rate:g}")
        ax.set_xlabel("step")
    axes[0][0].set_ylabel(LOSS.axis("training loss"))
    axes[0][0].legend()
    for ax, table, shown in (
        (axes[1][0], minima.there, TOP.column),
        (axes[1][1], _with_accuracy(minima.last), ACCURACY.column),
    ):
        for row, rate in enumerate(rates):
            for shift, arm in ((-0.15, "abrupt"), (0.15, "warm-up")):
                part = table[(table.arm == arm) & (table.rate == rate)]
                dots(ax, part[shown], row + shift, colour(arm), positive=shown == TOP.column)
        rows(ax, [f"rate {rate:g}" for rate in rates])
    axes[1][0].set_xlabel(TOP.axis())
    axes[1][1].set_xlabel(ACCURACY.axis("test accuracy"))
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


def _pool(tables: Tables, arms: tuple[str, ...]) -> pd.DataFrame:
    """The minima of these arms that reached the common loss."""
    reached = Minima(tables).reached
    return reached[reached.arm.isin(arms)]


def _correlation(measure: str, networks: pd.DataFrame) -> float:
    return rank_correlation(networks, measure, TEST_ERROR)


def _with_accuracy(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{ACCURACY.column: 100 - table.test_error})


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
