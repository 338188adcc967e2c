"""The figures of the lottery-ticket study, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import with_unit
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_below, legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.labels import label_ends
from workflow_scripts.evidence.figures.marks import margin_line, published_lines
from workflow_scripts.evidence.figures.style import (
    WIDTH,
    band,
    bars,
    colour,
    extend_arms,
    figure,
)
from workflow_scripts.learning.quantities import ACCURACY, ERROR
from workflow_scripts.studies.lottery.claims import claims

ARMS = {
    "ticket": ("winning ticket", "blue"),
    "one-shot": ("one-shot ticket", "sky"),
    "one-shot-long": ("one-shot, long training", "ochre"),
    "reinitialised": ("reinitialised", "vermilion"),
    "shuffled": ("shuffled within layers", "green"),
    "random": ("random mask", "grey"),
}
"""Arm: its name in the legend and its colour."""
extend_arms({arm: hue for arm, (_, hue) in ARMS.items()})
REWIND_HUES = ["ochre", "blue", "purple", "green"]


def accuracy(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy at the smallest validation loss and at the end, over the remaining weights."""
    drawn, (left, right) = figure(WIDTH, 4.6, columns=2, sharey=True)
    for ax, value, words in (
        (left, "accuracy", "at the smallest validation loss"),
        (right, "end", "at the end"),
    ):
        _over_density(ax, tables, cfg, value)
        ax.set_title(words)
    dense = _dense(tables, cfg, "accuracy")
    margin_line(left, dense + claims["matching-ticket"].rule.margin, "margin of the ticket")
    published_lines(left, cfg, "matching-ticket", above=dense)
    left.set_ylabel(ACCURACY.axis("test accuracy"))
    legend_outside(drawn, left)
    return drawn


def early(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy early in training against the share of remaining weights."""
    drawn, ax = figure(WIDTH, 4.2)
    _over_density(ax, tables, cfg, "early")
    step = int(_main(tables["outcomes"], cfg).early_step.iloc[0])
    ax.set_ylabel(ACCURACY.axis(f"test accuracy after {step} steps"))
    label_ends(ax)
    return drawn


def early_stopping(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Step of the smallest validation loss against the share of remaining weights."""
    drawn, ax = figure(WIDTH, 4.6)
    _over_density(ax, tables, cfg, "stopping_step")
    legend_outside(drawn, ax)
    ax.set_ylabel("step of lowest validation loss")
    ax.set_ylim(bottom=0)
    return drawn


def curves(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Validation accuracy over the steps at up to three densities, with the dense network.

    The densities are those of the reinitialised arm or, where it is switched off, of the tickets.
    """
    table = tables["curves"]
    table = table[(table.chain == section(cfg, "main")) & (table.split == "validation")]
    controlled = table[table.arm == "reinitialised"]
    levels = sorted((table[table.level > 0] if controlled.empty else controlled).level.unique())
    chosen = sorted({levels[0], levels[len(levels) // 2], levels[-1]})
    drawn, axes = figure(WIDTH, 3.6, columns=len(chosen), sharey=True)
    for ax, level in zip(np.atleast_1d(axes), chosen, strict=True):
        dense = table[(table.level == 0) & (table.arm == "ticket")]
        band(ax, dense, "step", "accuracy", "dense", colour("dense"))
        for arm in ("ticket", "reinitialised", "shuffled"):
            part = table[(table.level == level) & (table.arm == arm)]
            if not part.empty:
                band(ax, part, "step", "accuracy", ARMS[arm][0], colour(arm))
        density = table[(table.level == level) & (table.arm == "ticket")].density.mean()
        ax.set_title(f"{100 * density:.3g} % left")
        ax.set_xlabel("step")
    first = np.atleast_1d(axes)[0]
    first.set_ylabel(ACCURACY.axis("validation accuracy"))
    label_ends(np.atleast_1d(axes)[-1])
    return drawn


def late_rewinding(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy of tickets by rewinding step, and the instability at those steps."""
    drawn, (top, bottom) = figure(WIDTH, 7.0, rows=2)
    table = tables["outcomes"]
    table = table[(table.chain == section(cfg, "late")) & (table.arm == "ticket")]
    dense = table[table.level == 0].accuracy.mean()
    for at, (step, hue) in enumerate(zip(sorted(table.rewind.unique()), REWIND_HUES, strict=False)):
        extend_arms({f"rewound to {step}": hue})
        part = _with_percent(table[(table.rewind == step) & (table.level > 0)])
        label = f"rewound to step {step}"
        bars(top, part, "percent", "accuracy", label, _rewound(step), shift=1 - 0.03 * at)
    top.axhline(dense, color=colour("dense"), linestyle=":", label="dense")
    _density_axis(top, table)
    top.set_ylabel(ACCURACY.axis("test accuracy"))
    legend_below(top, ncols=3)
    barriers = tables["barriers"]
    band(bottom, barriers, "point", "barrier", "barrier", colour("dense"))
    bottom.plot(barriers.point, barriers.barrier, "o", color=colour("dense"), alpha=0.35)
    points = sorted(barriers.point.unique())
    bottom.set_xscale("symlog", linthresh=max(1, min(p for p in points if p)))
    ticks_at(bottom.xaxis, points)
    bottom.set_xlabel("step at which two copies of the dense network part")
    bottom.set_ylabel(with_unit("error barrier", ERROR.difference))
    bottom.set_ylim(bottom=min(0.0, barriers.barrier.min()))
    return drawn


def needles(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy at a fixed number of weights against the size of the parent."""
    table = tables["needles"]
    drawn, ax = figure(WIDTH, 4.2)
    for arm in ("ticket", "shuffled"):
        part = table[table.arm == arm]
        band(ax, part, "parent", "accuracy", ARMS[arm][0], colour(arm))
        ax.plot(part.parent, part.accuracy, "o", color=colour(arm), alpha=0.35)
    ax.set_xscale("log")
    parents = sorted(table.parent.unique())
    ticks_at(ax.xaxis, parents, lambda value: f"{value / 1000:.0f}k")
    ax.set_xlabel("weights of the parent")
    left = f"{int(table.survivors.iloc[0]):,} weights left"
    ax.set_ylabel(ACCURACY.axis(f"test accuracy with {left}"))
    label_ends(ax)
    return drawn


FIGURES: Figures = {
    "accuracy": accuracy,
    "early": early,
    "early_stopping": early_stopping,
    "curves": curves,
    "late_rewinding": late_rewinding,
    "needles": needles,
}


def _over_density(ax: Axes, tables: Tables, cfg: Mapping[str, Any], value: str) -> None:
    """One line per arm over the share of remaining weights; a horizontal line for the dense one."""
    table = _main(tables["outcomes"], cfg)
    ax.axhline(
        _dense(tables, cfg, value), color=colour("dense"), linestyle=":", label="dense network"
    )
    for arm, (label, _) in ARMS.items():
        part = _with_percent(table[(table.arm == arm) & (table.level > 0)])
        if not part.empty:  # not every configuration trains every arm
            part = part.astype({value: float})
            band(ax, part, "percent", value, label, colour(arm))
            means = part.groupby("percent")[value].mean()
            ax.plot(means.index, means, "o", color=colour(arm))
    _density_axis(ax, table)


def _dense(tables: Tables, cfg: Mapping[str, Any], value: str) -> float:
    """The mean of the dense network over seeds."""
    table = _main(tables["outcomes"], cfg)
    return float(table[(table.level == 0) & (table.arm == "ticket")][value].astype(float).mean())


def _main(table: pd.DataFrame, cfg: Mapping[str, Any]) -> pd.DataFrame:
    return table[table.chain == section(cfg, "main")]


def _with_percent(table: pd.DataFrame) -> pd.DataFrame:
    """The mean density of each level in percent: rounding makes seeds differ by a weight."""
    return table.assign(percent=100 * table.groupby("level").density.transform("mean"))


def _density_axis(ax: Axes, table: pd.DataFrame) -> None:
    """Sparser to the right, as in the papers."""
    ax.set_xscale("log")
    shown = [p for p in (100, 50, 20, 10, 5, 3, 2, 1) if p >= 95 * table.density.min()]
    ticks_at(ax.xaxis, shown)
    ax.invert_xaxis()
    ax.set_xlabel("weights left (%)")


def _rewound(step: int) -> str:
    return colour(f"rewound to {step}")


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
