"""The figures of composed tents: the pieces they have and need, what is learned, the square."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.labels import label_ends, name_level
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure, look
from workflow_scripts.studies.approximation.claims import MISSED, claims
from workflow_scripts.studies.approximation.palette import log_band


def pieces(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Pieces of the deep network, and pieces that a shallow fit needs, against the depth."""
    drawn, (left, right) = figure(WIDTH, 4.4, columns=2)
    table = tables["tents"]
    folded, smooth = table[table.arm == "tents"], table[table.arm == "monotone"]
    fitted = folded[folded.depth.isin(smooth.depth)]
    log_band(left, folded, "depth", "pieces", "deep network", "pieces of the deep network")
    log_band(left, fitted, "depth", "needed", "composed tents", "pieces needed: tents")
    log_band(left, smooth, "depth", "needed", "smooth maps", "pieces needed: smooth maps")
    depths = np.sort(folded.depth.unique())
    left.plot(depths, 6 * depths + 1, label="parameters, deep", **look("as many parameters"))
    left.plot(depths, 2.0**depths, color=colour("theory"), linestyle=":", label="2 to the depth")
    left.set_yscale("log", base=2)
    ticks_at(left.xaxis, depths[1::2])
    left.set_xlabel("tents composed")
    left.set_ylabel("linear pieces")
    for part, arm, label in (
        (fitted, "composed tents", "tents"),
        (smooth, "smooth maps", "smooth maps"),
    ):
        band(right, part, "depth", "shallow", label, colour(arm))
    right.axhline(MISSED, color=colour("theory"), linestyle=":", linewidth=1.2)
    name_level(right, MISSED, "margin", right=False)
    ticks_at(right.xaxis, sorted(fitted.depth.unique()))
    right.set_xlabel("maps composed")
    right.set_ylabel("variance left by the best fit\nwith as many parameters")
    right.set_ylim(-0.03, 1.03)
    legend_outside(drawn, left)
    label_ends(right)
    return drawn


def learned(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Composed tents and what training makes of them, and the variance left by depth."""
    curves = tables["learned"]
    curves = curves[curves.seed == curves.seed.min()]
    depths = list(curves.panel.unique())
    drawn, axes = figure(WIDTH, 1.5 * len(depths) + 2.2, rows=len(depths) + 1)
    for ax, depth in zip(axes, depths, strict=False):
        part = curves[curves.panel == depth]
        for curve, arm in (("tents", "function"), ("trained", "Adam")):
            line = part[part.curve == curve]
            ax.plot(line.x, line.y, label=curve, linewidth=1.3, **{**look(arm), "linestyle": "-"})
        ax.set_ylabel(f"{depth} tents" if int(depth) > 1 else "1 tent")
        ax.set_ylim(-0.1, 1.1)
    for ax in axes[:-2]:
        ax.tick_params(labelbottom=False)
    axes[-2].set_xlabel("x")
    table, last = tables["deep"], axes[-1]
    last.plot(table.depth, table.left, "o", color=colour("Adam"), alpha=0.4)
    claim = claims["deep-not-found"]
    for rule in (claim.rule, claim.control_rule):
        if rule is not None:
            last.axhline(rule.margin, color=colour("theory"), linestyle=":", linewidth=1.2)
    ticks_at(last.xaxis, sorted(table.depth.unique()))
    last.set_xlabel("tents composed")
    last.set_ylabel("variance left")
    legend_outside(drawn, axes[0])
    return drawn


def square(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The error of the network of x² against its layers, with the line of theory."""
    table = tables["identities"]
    table = table[table.identity == "square"]
    drawn, ax = figure(WIDTH, 3.6)
    ax.plot(table.layers, table.theory, label="2$^{−2m−2}$", **look("theory"))
    ax.plot(table.layers, table.error, "o", color=colour("constructed"), label="network of x²")
    ax.set_yscale("log", base=2)
    ax.set_xlabel("layers m, three units each")
    ax.set_ylabel("largest error")
    ax.legend()
    return drawn
