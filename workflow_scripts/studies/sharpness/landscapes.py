"""Figures of the loss around minima, and of one function with other weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.labels import label_ends
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure
from workflow_scripts.learning.quantities import LOSS
from workflow_scripts.studies.sharpness.marks import ARMS
from workflow_scripts.studies.sharpness.quantities import ADAPTIVE, TOP

DRAWN = ("large", "medium", "small", "sam")
LEVEL = 1.0
"""The loss whose line is drawn around each minimum, in nats."""


def slices(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on lines through minima, along filter-normalised directions."""
    table = tables["line"]
    drawn, ax = figure(WIDTH, 4.2)
    for arm in DRAWN:
        band(ax, table[table.arm == arm], "alpha", "loss", ARMS[arm][0], colour(arm))
    ax.set_xlabel("distance along a random direction (filter norms)")
    ax.set_ylabel(LOSS.axis("training loss"))
    ax.set_ylim(bottom=0)
    ax.margins(x=0)
    label_ends(ax)
    return drawn


def planes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on planes through one minimum of each arm, with a common scale.

    One level is drawn as a thick line in each, and that of the first arm dashed in the others.
    """
    table = tables["plane"]
    table = table[table.seed == table.seed.min()]
    arms = [arm for arm in DRAWN if (table.arm == arm).any()]
    drawn, axes = figure(WIDTH, 7.0, rows=2, columns=2, sharex=True, sharey=True)
    low, high = np.log10(table.loss.min()), np.log10(table.loss.max())
    levels = np.linspace(low, high, 16)
    marked = LEVEL if low < np.log10(LEVEL) < high else 10 ** ((low + high) / 2)
    wide = {arm: _wide(table[table.arm == arm]) for arm in arms}
    for ax, arm in zip(axes.flat, arms, strict=False):
        x, y, loss = wide[arm]
        filled = ax.contourf(x, y, np.log10(loss), levels, cmap="cividis")
        if arm != arms[0]:
            ax.contour(*wide[arms[0]], [marked], colors="white", linewidths=1.4, linestyles="--")
        ax.contour(x, y, loss, [marked], colors="white", linewidths=2.4, linestyles="-")
        ax.plot(0, 0, "+", color="white", markersize=9)
        ax.set_title(ARMS[arm][0])
        ax.set_aspect("equal")
        ax.grid(False)
    bar = drawn.colorbar(filled, ax=axes, location="bottom", shrink=0.8, aspect=35, pad=0.03)
    shown = [loss for loss in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if low <= np.log10(loss) <= high]
    bar.set_ticks(np.log10(shown).tolist(), labels=[f"{loss:g}" for loss in shown])
    bar.set_label(LOSS.axis("training loss"))
    bar.ax.axvline(np.log10(marked), color="white", linewidth=2.4)
    reach = float(table.a.max())
    ticks_at(axes[0, 0].xaxis, [-reach / 2, 0, reach / 2])  # for all panels
    ticks_at(axes[0, 0].yaxis, [-reach, -reach / 2, 0, reach / 2, reach])
    for ax in axes[-1]:
        ax.set_xlabel("first direction (filter norms)")
    for ax in axes[:, 0]:
        ax.set_ylabel("second direction\n(filter norms)")
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
    label_ends(ax)
    return drawn


def _wide(plane: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The positions on both axes of a plane, and the loss `[second, first]` at them."""
    wide = plane.pivot(index="b", columns="a", values="loss")
    return wide.columns.to_numpy(), wide.index.to_numpy(), wide.to_numpy()
