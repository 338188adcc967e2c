"""The figures of the study that show classical networks and dense memories."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import legend_outside
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.labels import label_ends, name_level
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure, look
from workflow_scripts.studies.hopfield.claims import KEPT, LOST, RECALLED, claims
from workflow_scripts.studies.hopfield.measures import mean_loads, scaling
from workflow_scripts.studies.hopfield.palette import SERIES, in_percent, log_axis

THEORY = 0.138
"""Load above which there is no retrieval in theory (Amit et al. 1985)."""


def recall(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall of damaged cues below and above capacity; and the energy after each update."""
    drawn, (left, right) = figure(WIDTH, 4.3, columns=2)
    table = tables["recall"]
    kinds = list(table.cue.unique())
    for number, network in enumerate(("below capacity", "above capacity")):
        part = table[table.network == network]
        load = part.load.iloc[0]
        for at, cue in enumerate(kinds):
            shares = 100 * part[part.cue == cue].share
            beside = np.linspace(-0.34, 0.34, len(shares))  # or seeds would hide each other
            left.plot(at + beside, shares, "os"[number], color=colour(network), alpha=0.7, ms=2)
        middle = 100 * part.share.mean()
        inwards = -34 if middle > 50 else 26
        left.annotate(
            f"{load:g} N patterns stored",
            ((len(kinds) - 1) / 2, middle),
            (0, inwards),
            textcoords="offset points",
            ha="center",
            color=colour(network),
        )
    ticks = [kind.replace("flipped", "").replace("replaced", "\nby chance") for kind in kinds]
    for margin, words in ((RECALLED, "recalled above"), (LOST, "lost below")):
        left.axhline(100 * margin, color=colour("bound"), linestyle=":", linewidth=1)
        name_level(left, 100 * margin, words, above=margin == LOST)
    left.set_xticks(range(len(kinds)), ticks)
    left.set_xlim(-0.5, len(kinds) - 0.5)
    left.set_ylim(-4, 104)
    left.set_xlabel("bits of the cue flipped, or replaced")
    left.set_ylabel("cues recalled (%)")
    paths = tables["paths"]  # of the first seed of each batch
    paths = paths[paths.seed == paths.seed.min()]
    for couplings in ("symmetric", "one-way"):
        part = paths[paths.couplings == couplings]
        for number, (_, path) in enumerate(part.groupby("trial")):
            label = f"{couplings} couplings" if number == 0 else None
            right.plot(path["update"], path.energy, label=label, **look(couplings), linewidth=1.2)
            risen = path[path.energy.diff() > 0]
            right.plot(risen["update"], risen.energy, "^", color=colour("bound"), markersize=4)
    right.plot([], [], "^", color=colour("bound"), markersize=4, label="energy rises")
    right.set_xlabel("update of a single neuron")
    right.set_ylabel("energy per neuron")
    legend_outside(drawn, right, ncols=3)
    return drawn


def capacity(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Overlap against load for each size; and the extrapolation of the loads of collapse."""
    drawn, (left, right) = figure(WIDTH, 5.0, columns=2)
    table = tables["capacity"]
    for size, hue in zip(sorted(table["size"].unique()), SERIES, strict=False):
        part = table[table["size"] == size]
        band(left, part, "load", "overlap", f"N = {size}", colour(f"{hue} in a series"))
    left.axvline(THEORY, color=colour("bound"), linestyle=":", linewidth=1.2, label="theory, N → ∞")
    left.set_xlabel(claims["capacity"].unit)
    left.set_ylabel("overlap with the stored pattern")
    left.set_ylim(0, 1.02)
    legend_outside(drawn, left, ncols=3)
    _extrapolation(right, tables)
    return drawn


def _extrapolation(ax: Axes, tables: Tables) -> None:
    """Mean loads by level over the power of the size that fits best, and their common limit."""
    table = tables["critical_loads"]
    levels = sorted(table.level.unique(), reverse=True)
    sizes, loads = mean_loads(table)
    known = bool(np.isfinite(loads).all())
    exponent = scaling(sizes, loads).exponent if known else 2 / 3
    scale = sizes**-exponent
    for level, hue in zip(levels, SERIES, strict=False):
        tone = colour(f"{hue} in a series")
        part = table[table.level == level]
        ax.plot(part["size"] ** -exponent, part.load, ".", color=tone, alpha=0.35)
        of_level = loads[sorted(levels).index(level)]
        ax.plot(scale, of_level, "o", color=tone, label=f"overlap {level / 100:g}")
        if known:
            limit = scaling(sizes, loads).limit
            slope = ((of_level - limit) * scale).sum() / np.square(scale).sum()
            ends = np.array([0, scale.max()])
            ax.plot(ends, limit + slope * ends, color=tone, linewidth=1)
    if known:
        ax.plot(0, scaling(sizes, loads).limit, "D", color=colour("below capacity"), label="limit")
    ax.plot(0, THEORY, "*", color=colour("bound"), markersize=11, label="theory", zorder=5)
    ax.set_xticks([0, *scale], ["∞", *[f"{size:g}" for size in sizes]])
    ax.tick_params(axis="x", rotation=45)
    ax.set_xlabel(f"neurons N, spaced as N$^{{-{exponent:.2f}}}$")
    ax.set_ylabel("load at which the overlap\nfalls below a level")
    ax.legend(loc="upper left", fontsize=9)


def correlated(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall against load for random patterns and images, by two rules."""
    table = tables["correlated"]
    drawn, ax = figure(WIDTH, 4.0)
    for arm in ("random, Hebb", "images, pseudo-inverse", "images, Hebb"):
        band(ax, in_percent(table[table.arm == arm]), "load", "percent", arm, colour(arm))
    lost = claims["capacity"].control_rule
    for margin, label in ((lost.margin if lost else None, "margins of the control"), (KEPT, None)):
        ax.axvline(margin, color=colour("bound"), linestyle=":", label=label)
    log_axis(ax, [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    ax.set_xlabel(claims["capacity"].unit)
    ax.set_ylabel("damaged patterns recalled (%)")
    ax.set_ylim(-4, 104)
    legend_outside(drawn, ax, ncols=2)
    return drawn


def dense(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Capacity against size for energies of three orders, with lines of the expected power."""
    drawn, ax = figure(WIDTH, 4.2)
    table = tables["dense_capacity"]
    for order in sorted(set(table.order)):
        part = table[table.order == order]
        arm = f"order {order}"
        mean = np.log(part.patterns).groupby(part["size"]).mean()
        sizes = mean.index.to_numpy(dtype=float)
        ax.plot(part["size"], part.patterns, "o", color=colour(arm), alpha=0.35)
        line = np.log(sizes) * (order - 1)
        ax.plot(
            sizes,
            np.exp(line + (mean.to_numpy() - line).mean()),
            label=f"order {order},\nslope {order - 1}",
            **look(arm),
        )
    ax.set_yscale("log")
    sizes = (10.0, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
    low, high = table["size"].min(), table["size"].max()
    log_axis(ax, [size for size in sizes if low / 2 <= size <= 2 * high])
    ax.set_xlabel("neurons N")
    ax.set_ylabel("patterns at the tolerated error")
    label_ends(ax)
    return drawn
