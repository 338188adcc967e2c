"""The figures of the grokking study, drawn from its tables only.

Networks generalise at different steps, so a mean over them would show a slope that no network has:
there is one thin curve per network, and a thick one for the network with the median wait.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import Quantity
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import WIDTH, colour, extend_arms, figure, look
from workflow_scripts.learning.quantities import ACCURACY, LOSS
from workflow_scripts.studies.grokking.quantities import (
    EXCLUDED,
    GINI,
    NORM,
    RESTRICTED,
    TEST_ACCURACY,
    TRAIN_ACCURACY,
)

ARMS = {
    "train": ("training examples", "sky"),
    "test": ("held-out examples", "vermilion"),
    "restricted": (RESTRICTED.words, "blue"),
    "excluded": (EXCLUDED.words, "ochre"),
    "gini": (GINI.words, "green"),
    "norm": (NORM.words, "purple"),
    "random": (f"{RESTRICTED.words}, random answers", "grey"),
    "decayed": ("weight decay", "blue"),
    "orthogonal": ("no decay, orthogonal gradients", "green"),
    "undecayed": ("no decay", "vermilion"),
    "stable": ("stable softmax", "purple"),
    "rounded": ("stable softmax, usual precision", "ochre"),
    "collapsing": ("softmax", "vermilion"),
}
"""Arm: its name in the legend and its colour."""
EVENTS = ("memorised", "unmoved", "plateau")
"""Marked for the network with the median wait, if they happened."""
extend_arms({arm: hue for arm, (_, hue) in ARMS.items()})
grouped = "{:,.0f}".format
DECAY_HUES = ["grey", "ochre", "green", "blue", "purple", "vermilion"]
ACCURACIES = {"train": TRAIN_ACCURACY, "test": TEST_ACCURACY}
OPERATIONS = {
    "add": "addition",
    "subtract": "subtraction",
    "divide": "division",
    "compose": "permutations",
    "random": "random answers",
}


def progress(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy and, below it on the same axis, the progress measures of the networks."""
    name = section(cfg, "main")
    curves, typical = _curves(tables, name), _typical(tables, name)
    twins = _curves(tables, section(cfg, "random"))
    drawn, axes = figure(WIDTH, 9.0, rows=4, sharex=True, height_ratios=[1.3, 1.3, 1, 1])
    accuracy, losses, concentration, norm = axes
    twins = twins[twins.step <= curves.step.max()]
    _each(losses, twins, RESTRICTED, "random", int(typical.seed))
    for ax, shown in (
        (accuracy, ACCURACIES),
        (losses, {"restricted": RESTRICTED, "excluded": EXCLUDED}),
        (concentration, {"gini": GINI}),
        (norm, {"norm": NORM}),
    ):
        for arm, quantity in shown.items():
            _each(ax, curves, quantity, arm, int(typical.seed))
        for event in EVENTS:
            ax.axvline(typical[event], color=colour("dense"), linestyle=":", linewidth=1.2)
    accuracy.set_ylabel(ACCURACY.axis())
    losses.set_ylabel(LOSS.axis())
    concentration.set_ylabel("Gini coefficient\nof the spectrum")
    norm.set_ylabel("norm of\nthe weights")
    # In empty areas: below the accuracies when they agree, and above the late losses.
    accuracy.legend(loc="center right")
    losses.legend(loc="upper right")
    norm.set_xlabel("step")
    norm.set_xlim(0, curves.step.max())
    return drawn


def waits(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Kaplan–Meier curves of the steps to generalise, one per weight decay."""
    table = tables["waits"]
    drawn, ax = figure(WIDTH, 4.6)
    for decay, hue in zip(sorted(table.weight_decay.unique()), DECAY_HUES, strict=False):
        extend_arms({f"decay {decay:g}": hue})
        part = table[table.weight_decay == decay]
        style = look(f"decay {decay:g}")
        ax.step(part.step, 100 * part.share, where="post", label=_waiting(part), **style)
        low, high = 100 * part.low.to_numpy(), 100 * part.high.to_numpy()
        ax.fill_between(part.step, low, high, step="post", alpha=0.15, color=style["color"], lw=0)
    ax.set_xlabel("step")
    ax.set_ylabel("networks that have generalised (%)")
    ax.set_xlim(left=0)
    legend_outside(drawn, ax, title="weight decay")
    return drawn


def spectrum(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Fourier spectrum of the embedding at start and end, for a table with and without a rule."""
    table = tables["spectra"]
    drawn, axes = figure(WIDTH, 5.2, rows=2, columns=2, sharex=True, sharey=True)
    seed = int(_typical(tables, section(cfg, "main")).seed)
    for row, (role, title) in zip(
        axes, (("main", "modular addition"), ("random", "random answers")), strict=True
    ):
        for ax, moment in zip(row, ("start", "end"), strict=True):
            part = table[(table.condition == section(cfg, role)) & (table.moment == moment)]
            part = part[part.seed == seed]
            ax.bar(part.frequency, 100 * part.share, color=colour("gini"), width=0.8)
            ax.set_title(f"{title}, {moment}")
        row[0].set_ylabel("share of power (%)")
    for ax in axes[1]:
        ax.set_xlabel("frequency")
    return drawn


def fractions(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Steps to generalise against the share of training examples in the table."""
    table = tables["outcomes"]
    table = table[table.condition.isin(section(cfg, "fractions"))]
    drawn, ax = figure(WIDTH, 4.2)
    learned = table[table.generalised.notna()]
    steps = learned.generalised.astype(float)
    ax.plot(100 * learned.fraction, steps, "o", color=colour("test"), label="generalised")
    waited = table[table.generalised.isna()]
    ax.plot(
        100 * waited.fraction,
        waited.end.astype(float),
        "^",
        color=colour("dense"),
        markerfacecolor="none",
        label="not by the end of the budget",
    )
    means = steps.apply(np.log).groupby(learned.fraction).mean().apply(np.exp)
    ax.plot(100 * means.index, means, **look("test"), label="geometric mean of those that did")
    memorised = table.memorised.astype(float).groupby(table.fraction).mean()
    ax.plot(100 * memorised.index, memorised, **look("train"), label="training examples learned")
    ax.set_yscale("log")
    shown = np.log10(table[["memorised", "generalised", "end"]].astype(float).stack())
    ax.set_ylim(10 ** np.floor(shown.min()), 10 ** np.ceil(shown.max()))
    ticks_as(ax.yaxis, grouped)
    ax.set_xlabel("share of the table that is trained on (%)")
    ax.set_ylabel("steps")
    legend_outside(drawn, ax)
    return drawn


def tasks(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy over the steps, one panel per operation."""
    names = [section(cfg, "main"), *section(cfg, "tasks")]
    drawn, axes = figure(WIDTH, 5.6, rows=2, columns=(len(names) + 1) // 2, sharey=True)
    for ax, name in zip(axes.flat, names, strict=False):
        curves, typical = _curves(tables, name), _typical(tables, name)
        for arm, quantity in ACCURACIES.items():
            _each(ax, curves, quantity, arm, int(typical.seed))
        ax.set_title(OPERATIONS[curves.operation.iloc[0]])
        ax.set_xlabel("step")
        ax.set_xlim(left=0)
    for ax in axes[:, 0]:
        ax.set_ylabel(ACCURACY.axis())
    for ax in list(axes.flat)[len(names) :]:
        ax.set_visible(False)
    legend_outside(drawn, axes.flat[0])
    return drawn


def numerics(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy without weight decay, for kinds of gradients, of softmax and of precision."""
    drawn, axes = figure(WIDTH, 6.4, rows=2, sharex=True)
    panels = (
        ("embedding", {"decayed": "main", "undecayed": "undecayed", "orthogonal": "orthogonal"}),
        ("one-hot vectors", {role: role for role in ("collapsing", "rounded", "stable")}),
    )
    for ax, (title, arms) in zip(axes, panels, strict=True):
        for arm, role in arms.items():
            name = section(cfg, role)
            curves = _curves(tables, name)
            _each(ax, curves, TEST_ACCURACY, arm, int(_typical(tables, name).seed))
        ax.set_title(title)
        ax.set_ylabel(ACCURACY.axis("test accuracy"))
        ax.set_ylim(-4, 104)
        ax.legend(loc="center left")
    axes[-1].set_xscale("symlog", linthresh=10)
    ticks_at(axes[-1].xaxis, [0, 10, 100, 1000, 10000, 100000], grouped)
    axes[-1].set_xlim(left=0)
    axes[-1].set_xlabel("step (logarithmic)")
    return drawn


FIGURES: Figures = {
    "progress": progress,
    "waits": waits,
    "spectrum": spectrum,
    "fractions": fractions,
    "tasks": tasks,
    "numerics": numerics,
}


def _each(ax: Axes, curves: pd.DataFrame, shown: Quantity, arm: str, typical: int) -> None:
    """One thin line per network, and a thick one for the typical network."""
    for seed, curve in curves.groupby("seed"):
        if seed == typical:
            ax.plot(curve.step, curve[shown.column], label=ARMS[arm][0], zorder=3, **look(arm))
        else:
            ax.plot(curve.step, curve[shown.column], color=colour(arm), linewidth=0.7, alpha=0.35)


def _curves(tables: Tables, condition: str) -> pd.DataFrame:
    table = tables["curves"]
    return table[table.condition == condition].sort_values(["seed", "step"])


def _typical(tables: Tables, condition: str) -> pd.Series:
    """The outcome of the network with the median wait (the lower median)."""
    table = tables["outcomes"]
    table = table[table.condition == condition]
    waited = table.generalised.where(table.generalised.notna(), table.end).astype(float)
    order = waited.sort_values(kind="stable").index
    return table.loc[order[(len(order) - 1) // 2]]


def _waiting(part: pd.DataFrame) -> str:
    median = part["median"].iloc[0]
    text = f"median {median:,.0f}" if np.isfinite(median) else "median not reached"
    return f"{part.weight_decay.iloc[0]:g}: {text}"


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
