"""Figures of the loss around minima, and of one function with other weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure
from workflow_scripts.learning.quantities import LOSS
from workflow_scripts.studies.sharpness.marks import ARMS
from workflow_scripts.studies.sharpness.quantities import ADAPTIVE, TOP

DRAWN = ("large", "medium", "small", "sam")


def slices(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on lines through minima, along filter-normalised directions."""
    table = tables["line"]
    drawn, ax = figure(WIDTH, 4.2)
    for arm in DRAWN:
        band(ax, table[table.arm == arm], "alpha", "loss", ARMS[arm][0], colour(arm))
    ax.set_xlabel("distance along a random direction (filter norms)")
    ax.set_ylabel(LOSS.axis("training loss"))
    ax.set_ylim(bottom=0)
    ax.legend()
    return drawn


def planes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on planes through one minimum of each arm, with a common scale."""
    table = tables["plane"]
    table = table[table.seed == table.seed.min()]
    arms = [arm for arm in DRAWN if (table.arm == arm).any()]
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
