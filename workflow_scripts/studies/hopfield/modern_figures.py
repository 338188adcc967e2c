"""The figures of the study that show the modern network and its identities."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as
from workflow_scripts.evidence.figures.draw import Tables
from workflow_scripts.evidence.figures.labels import name_level
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, figure, look
from workflow_scripts.studies.hopfield.claims import BETWEEN, ROUNDING, claims
from workflow_scripts.studies.hopfield.palette import SERIES, in_percent
from workflow_scripts.studies.hopfield.thresholds import FEW


def temperature(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Distances to the stored image and to the average, and the number of blended images."""
    regimes = tables["regimes"]
    table = regimes[regimes.arm == "images"]
    drawn, (top, bottom) = figure(WIDTH, 6.2, rows=2, sharex=True)
    band(top, table, "beta", "to_stored", "from the stored image", colour("to_stored"))
    band(top, table, "beta", "to_average", "from the average", colour("to_average"))
    top.set_ylabel("distance of what is retrieved\n(1: from image to average)")
    for arm in ("images", "shuffled pixels"):
        part = regimes[regimes.arm == arm]
        band(bottom, part, "beta", "effective", arm, colour(arm))
    for level, words in ((FEW, "few, below"), (section(cfg, "regimes.stored") / 2, "many, above")):
        bottom.axhline(level, color=colour("bound"), linestyle="--", linewidth=0.8)
        name_level(bottom, level, words, above=level != FEW, right=level != FEW)
    bottom.legend(loc="center left")
    bottom.set_yscale("log")
    bottom.set_ylabel(claims["beta"].unit)
    bottom.set_xlabel("inverse temperature β")
    bottom.set_xscale("log")
    for ax in (top, bottom):
        for name in ("average", "blur", "retrieval"):
            ax.axvline(
                section(cfg, f"regimes.{name}"), color=colour("bound"), linestyle=":", linewidth=1
            )
    for name in ("average", "blur", "retrieval"):
        top.annotate(
            name,
            (section(cfg, f"regimes.{name}"), 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="left" if name == "average" else "center",
            annotation_clip=False,
        )
    top.legend(loc="center left", bbox_to_anchor=(0.0, 0.6))
    return drawn


def exponential(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall against the number of patterns by dimension; capacity in bits against dimension."""
    drawn, (left, right) = figure(WIDTH, 4.2, columns=2)
    table, found = tables["spheres"], tables["bits"]
    for dimension, hue in zip(section(cfg, "dimensions"), SERIES, strict=False):
        part = in_percent(table[table.dimension == dimension])
        band(left, part, "bits", "percent", f"d = {dimension}", colour(f"{hue} in a series"))
    left.set_xlabel("patterns stored (log₂)")
    left.set_ylabel("queries answered (%)")
    left.set_ylim(-4, 104)
    legend_outside(drawn, left, ncols=5)
    right.plot(found.dimension, found.bits, "o", color=colour("apart"), alpha=0.4)
    summary = found.groupby("dimension").bits.mean()  # not a number where a seed has none
    if len(summary) > 1 and np.isfinite(found.bits).all():
        at = np.linspace(summary.index.min(), summary.index.max(), 50)
        for law, scale in (("exponential law", np.asarray), ("power law", np.log)):
            slope, start = np.polyfit(scale(summary.index.to_numpy(dtype=float)), summary, 1)
            right.plot(at, start + slope * scale(at), label=law, **look(law))
    right.set_xlabel("dimension of the patterns")
    right.set_ylabel("patterns at 90 % of queries (log₂)")
    right.legend(loc="lower right")
    return drawn


def one_step(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Error after one update against inverse temperature times separation, with its bound."""
    table = tables["separation"]
    table = table.assign(decimal=table.log_error / np.log(10), limit=table.log_bound / np.log(10))
    drawn, ax = figure(WIDTH, 4.2)
    apart = table[table.arm == "apart"]
    band(ax, apart, "product", "limit", "bound, proportional to exp(−βΔ)", colour("bound"))
    names = {"apart": "patterns apart", "close together": "patterns close together, same β"}
    for arm, label in names.items():
        band(ax, table[table.arm == arm], "product", "decimal", label, colour(arm))
    ticks_as(ax.yaxis, lambda value: f"10$^{{{value:g}}}$")
    ax.set_xlabel("inverse temperature × separation, βΔ")
    ax.set_ylabel(f"error after one update\n({BETWEEN})")
    ax.legend(loc="lower left")
    return drawn


def identities(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The worst difference of each identity, and the least one at a wrong temperature."""
    table = tables["identities"]
    names = list(table.identity.unique())[::-1]
    drawn, ax = figure(WIDTH, 5.4)
    smallest = np.finfo(np.float64).eps / 4  # the position of a difference of zero
    for column, arm, marker, label in (
        ("difference", "apart", "o", "two ways to compute it"),
        ("mismatch", "close together", "s", "at another temperature"),
    ):
        values = table[column].clip(lower=smallest)
        rows = [names.index(name) for name in table.identity]
        ax.plot(values, rows, marker, color=colour(arm), alpha=0.4, label=label)
    ax.axvline(ROUNDING, color=colour("bound"), linestyle=":", label="bound")
    ax.set_xscale("log")
    ax.set_yticks(range(len(names)), [name.replace(": ", ":\n") for name in names])
    ax.set_xlabel("difference")
    legend_outside(drawn, ax, where="upper", ncols=3)
    return drawn
