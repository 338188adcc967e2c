"""The figures of the functions on [−1, 1]: networks of one hidden layer, and polynomials."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import legend_outside
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.labels import name_level
from workflow_scripts.evidence.figures.style import WIDTH, colour, figure, look
from workflow_scripts.studies.approximation.claims import LOG_PRECISION
from workflow_scripts.studies.approximation.effects import OPTIMISERS
from workflow_scripts.studies.approximation.marks import KINKED, POLYNOMIAL, RELU, ROUGH, SMOOTH
from workflow_scripts.studies.approximation.palette import log_axes, log_band, theory_line

THEORY = {SMOOTH: -2.0, KINKED: -1.0, ROUGH: -0.5}
"""Slopes that the smoothness of each kind of function gives."""
SPARSE = 4
"""Of the widths, every second or so has a tick: by this factor."""


def widths(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The largest error against the width for each kind of function, with the slope of theory."""
    drawn, axes = figure(WIDTH, 4.6, columns=3, sharey=True)
    built, trained = tables["constructed"], tables["trained"]
    for ax, (kind, slope) in zip(axes, THEORY.items(), strict=True):
        for activation, arm in ((POLYNOMIAL, "cubic"), (RELU, "constructed")):
            part = built[(built.kind == kind) & (built.activation == activation)]
            label = "polynomial activation" if arm == "cubic" else "constructed"
            log_band(ax, part, "width", "inside", arm, label)
            last = part[part.width == part.width.max()].inside.to_numpy(dtype=float)
        sizes = sorted(built.width.unique())
        through = float(np.exp(np.mean(np.log(last)))) if (last > 0).all() else np.nan
        theory_line(ax, sizes, through, slope, "slope of theory")
        for optimiser in OPTIMISERS:
            part = trained[(trained.kind == kind) & (trained.optimiser == optimiser)]
            if len(part):
                log_band(ax, part, "width", "inside", optimiser, f"trained by {optimiser}")
        log_axes(ax, [size for number, size in enumerate(sizes) if number % SPARSE == 0])
        ax.set_title(f"{kind}: slope {slope:g}".replace("-", "−"))
        ax.set_xlabel("units")
    axes[0].set_ylabel("largest error inside")
    legend_outside(drawn, *axes, ncols=2)
    return drawn


def functions(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """A function of each kind and a narrow network through some of its points, and beside them."""
    table = tables["drawings"]
    table = table[table.seed == table.seed.min()]
    drawn, axes = figure(WIDTH, 5.4, rows=3, sharex=True)
    for ax, kind in zip(axes, THEORY, strict=True):
        ax.axvspan(-1, 1, color=colour("cubic"), alpha=0.1, linewidth=0)
        for curve, part in table[table.panel == kind].groupby("curve", sort=False):
            arm = "function" if curve == "function" else "constructed"
            style = {**look(arm), "linestyle": "-"}
            ax.plot(part.x, part.y, label=str(curve), linewidth=1.4, **style)
        ax.set_ylabel(kind)
    axes[-1].set_xlabel("x (shaded: the interval)")
    legend_outside(drawn, *axes)
    return drawn


def outside(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Errors inside and beside the interval against the width, of smooth functions."""
    drawn, (left, right) = figure(WIDTH, 4.2, columns=2, sharey=True)
    built, trained = tables["constructed"], tables["trained"]
    built = built[(built.kind == SMOOTH) & (built.activation == RELU)]
    trained = trained[trained.kind == SMOOTH]
    sizes = sorted(built.width.unique())
    for ax, column, title in ((left, "inside", "inside"), (right, "outside", "outside")):
        log_band(ax, built, "width", column, "constructed", "constructed")
        for optimiser in OPTIMISERS:
            part = trained[trained.optimiser == optimiser]
            log_band(ax, part, "width", column, optimiser, f"trained by {optimiser}")
        log_axes(ax, [size for number, size in enumerate(sizes) if number % 2 == 0])
        ax.tick_params(axis="x", labelrotation=45)
        ax.set_title(title)
        ax.set_xlabel("units")
    left.set_ylabel("largest error")
    legend_outside(drawn, left, ncols=3)
    return drawn


def polynomials(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Runge's function with two interpolants, and the errors against the degree."""
    drawn, (left, right) = figure(WIDTH, 4.6, columns=2)
    curves = tables["drawings"]
    curves = curves[(curves.seed == curves.seed.min()) & (curves.panel == "Runge")]
    for curve, part in curves.groupby("curve", sort=False):
        arm = "function" if curve == "function" else f"{curve} points"
        left.plot(part.x, part.y, label="Runge's function" if arm == curve else None, **look(arm))
    left.set_ylim(-0.8, 1.5)
    left.set_xlabel("x")
    left.set_ylabel("Runge's function, interpolated")
    table = tables["polynomials"]
    styles = {"smooth": "o", "Runge": "s"}
    for (name, nodes), part in table.groupby(["function", "nodes"], sort=False):
        wide = part.pivot(index="seed", columns="degree", values="error")
        numbers = wide.to_numpy(dtype=float)
        mean = np.exp(np.log(np.where(numbers > 0, numbers, np.nan)).mean(axis=0))
        words = "smooth functions" if name == "smooth" else "Runge's"
        style = look(f"{nodes} points")
        right.plot(wide.columns, mean, marker=styles[str(name)], label=f"{words}, {nodes}", **style)
    right.axhline(10.0**LOG_PRECISION, color=colour("theory"), linestyle=":", linewidth=1.2)
    right.set_yscale("log")
    name_level(right, 10.0**LOG_PRECISION, "margin", right=False)
    right.set_xlabel("degree")
    right.set_ylabel("largest error")
    legend_outside(drawn, left, right)
    return drawn
