"""The figures of the study of Hopfield networks, from its tables alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, extend_arms, figure, look
from workflow_scripts.studies.hopfield.claims import BETWEEN, FINITE_SIZE, claims
from workflow_scripts.studies.hopfield.pictures import picture

ARMS = {
    "below capacity": "blue",
    "above capacity": "vermilion",
    "symmetric": "blue",
    "one-way": "vermilion",
    "random, Hebb": "blue",
    "images, Hebb": "vermilion",
    "images, pseudo-inverse": "green",
    "apart": "blue",
    "close together": "vermilion",
    "bound": "black",
    "to_stored": "blue",
    "to_average": "vermilion",
    "effective": "green",
    "order 2": "blue",
    "order 3": "green",
    "order 4": "vermilion",
}
extend_arms(ARMS)
SERIES = ["sky", "green", "purple", "vermilion", "blue", "ochre", "grey", "black"]
"""Hues of sizes and dimensions, in ascending order."""
THEORY = 0.138
"""Loads above this have no retrieval in theory (Amit et al. 1985)."""


def recall(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """How much of a cue is mended, below and above capacity; and the energy update by update."""
    drawn, (left, right) = figure(WIDTH, 4.3, columns=2)
    table = tables["recall"]
    kinds = list(table.cue.unique())
    for number, network in enumerate(("below capacity", "above capacity")):
        part = table[table.network == network]
        load = part.load.iloc[0]
        for at, cue in enumerate(kinds):
            shares = 100 * part[part.cue == cue].share
            left.plot(
                np.full(len(shares), at + 0.3 * number - 0.15),
                shares,
                "os"[number],
                color=colour(network),
                alpha=0.5,
                label=f"{load:g} N patterns" if at == 0 else None,
            )
    ticks = [kind.replace("flipped", "").replace("replaced", "\nby chance") for kind in kinds]
    left.set_xticks(range(len(kinds)), ticks)
    left.set_xlim(-0.5, len(kinds) - 0.5)
    left.set_ylim(-4, 104)
    left.set_xlabel("bits of the cue flipped, or replaced")
    left.set_ylabel("cues recalled (%)")
    left.legend(loc="center")
    paths = tables["paths"]
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
    """Overlap against load for each size; and the extrapolation of the load of collapse."""
    drawn, (left, right) = figure(WIDTH, 4.8, columns=2)
    table, critical = tables["capacity"], tables["critical_loads"].dropna()
    for size, hue in zip(sorted(table["size"].unique()), SERIES, strict=False):
        extend_arms({f"{hue} in a series": hue})
        part = table[table["size"] == size]
        band(left, part, "load", "overlap", f"N = {size}", colour(f"{hue} in a series"))
    left.axvline(THEORY, color=colour("bound"), linestyle=":", linewidth=1.2, label="theory, N → ∞")
    left.set_xlabel(claims["capacity"].unit)
    left.set_ylabel("overlap with the stored pattern")
    left.set_ylim(0, 1.02)
    legend_outside(drawn, left, ncols=3)
    scale = critical["size"].to_numpy(dtype=float) ** FINITE_SIZE
    right.plot(scale, critical.load, "o", color=colour("below capacity"), alpha=0.4)
    reach = np.array([0, scale.max()]) if len(scale) else np.zeros(2)
    for number, (_, part) in enumerate(critical.groupby("seed")):
        if part["size"].nunique() < 2:
            continue
        fit = stats.linregress(part["size"].to_numpy(dtype=float) ** FINITE_SIZE, part.load)
        label = "a line a seed" if number == 0 else None
        line = fit.intercept + fit.slope * reach
        right.plot(
            reach, line, color=colour("below capacity"), alpha=0.35, linewidth=1, label=label
        )
    right.plot(0, THEORY, "*", color=colour("bound"), markersize=12, label="theory", zorder=5)
    sizes = sorted(critical["size"].unique())
    right.set_xticks([0, *(size**FINITE_SIZE for size in sizes)], ["∞", *map(str, sizes)])
    right.tick_params(axis="x", rotation=45)
    right.set_xlabel("neurons N, spaced as N$^{-2/3}$")
    right.set_ylabel("load where memory is half lost")
    right.legend(loc="upper left")
    return drawn


def correlated(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall against load for random patterns and images, by two rules."""
    table = tables["correlated"]
    drawn, ax = figure(WIDTH, 4.0)
    for arm in ("random, Hebb", "images, pseudo-inverse", "images, Hebb"):
        part = table[table.arm == arm].assign(percent=lambda frame: 100 * frame.share)
        band(ax, part, "load", "percent", arm, colour(arm))
    ax.axvline(section(cfg, "judged"), color=colour("bound"), linestyle=":", label="judged here")
    _log_axis(ax, sorted(table.load.unique()))
    ax.set_xlabel(claims["capacity"].unit)
    ax.set_ylabel("damaged patterns recalled (%)")
    ax.set_ylim(-4, 104)
    ax.legend(loc="center left")
    return drawn


def completion(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Half-hidden images and what each network makes of them, one row a network."""
    shares = tables["completion"].groupby("network").share.mean()
    table = tables["pictures"][tables["pictures"].group == "completion"]
    labels = {
        kind: f"{kind.replace(', ', chr(10))}\n{100 * shares[kind]:.0f} % completed"
        if kind in shares
        else {"stored": "stored image", "cue": "lower half hidden"}[kind]
        for kind in table.kind.unique()
    }
    return _pictures(table, labels)


def temperature(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Distances to the stored image and to the average, and how many images are blended."""
    table = tables["regimes"]
    drawn, (top, bottom) = figure(WIDTH, 6.2, rows=2, sharex=True)
    band(top, table, "beta", "to_stored", "from the stored image", colour("to_stored"))
    band(top, table, "beta", "to_average", "from the average", colour("to_average"))
    top.set_ylabel("distance of what is retrieved\n(1: from image to average)")
    band(bottom, table, "beta", "effective", "", colour("effective"))
    bottom.set_yscale("log")
    bottom.set_ylabel("images that are blended")
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


def retrieved(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """What is retrieved from noisy images at three inverse temperatures, one row each."""
    table = tables["pictures"][tables["pictures"].group == "regimes"]
    names = {f"β = {section(cfg, f'regimes.{n}'):g}": n for n in ("average", "blur", "retrieval")}
    labels = {
        kind: f"{kind}\n{names[kind]}" if kind in names else "stored image"
        for kind in table.kind.unique()
    }
    return _pictures(table, labels)


def exponential(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall against the number of patterns by dimension; capacity in bits against dimension."""
    drawn, (left, right) = figure(WIDTH, 4.2, columns=2)
    table, found = tables["spheres"], tables["bits"].dropna()
    for dimension, hue in zip(section(cfg, "dimensions"), SERIES, strict=False):
        extend_arms({f"{hue} in a series": hue})
        part = table[table.dimension == dimension].assign(percent=lambda frame: 100 * frame.share)
        band(left, part, "bits", "percent", f"d = {dimension}", colour(f"{hue} in a series"))
    left.set_xlabel("patterns stored (log₂)")
    left.set_ylabel("queries answered (%)")
    left.set_ylim(-4, 104)
    legend_outside(drawn, left, ncols=5)
    right.plot(found.dimension, found.bits, "o", color=colour("apart"), alpha=0.4)
    summary = found.groupby("dimension").bits.mean()
    if len(summary) > 1:
        fit = stats.linregress(summary.index.to_numpy(dtype=float), summary)
        at = np.array([summary.index.min(), summary.index.max()])
        label = f"{fit.slope:.2f} {claims['exponential'].unit}"
        right.plot(at, fit.intercept + fit.slope * at, label=label, **look("apart"))
    right.set_xlabel("dimension of the patterns")
    right.set_ylabel("patterns at 90 % of queries (log₂)")
    right.legend(loc="lower right")
    return drawn


def dense(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Capacity against size for energies of three orders, with lines of the expected power."""
    drawn, ax = figure(WIDTH, 4.2)
    table = tables["dense_capacity"].dropna()
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
            label=f"energy of order {order}, line of slope {order - 1}",
            **look(arm),
        )
    ax.set_yscale("log")
    sizes = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
    low, high = table["size"].min(), table["size"].max()
    _log_axis(ax, [size for size in sizes if low / 2 <= size <= 2 * high])
    ax.set_xlabel("neurons N")
    ax.set_ylabel("patterns at the tolerated error")
    ax.legend()
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
    """The worst difference of each identity beside the least one at a wrong temperature."""
    table = tables["identities"]
    names = list(table.identity.unique())[::-1]
    drawn, ax = figure(WIDTH, 5.4)
    smallest = np.finfo(np.float64).eps / 4  # where a difference of zero is drawn
    for column, arm, marker, label in (
        ("difference", "apart", "o", "two ways to compute it"),
        ("mismatch", "close together", "s", "at another temperature"),
    ):
        values = table[column].clip(lower=smallest)
        rows = [names.index(name) for name in table.identity]
        ax.plot(values, rows, marker, color=colour(arm), alpha=0.4, label=label)
    ax.axvline(
        claims["is-attention"].rule.margin, color=colour("bound"), linestyle=":", label="rule"
    )
    ax.set_xscale("log")
    ax.set_yticks(range(len(names)), [name.replace(": ", ":\n") for name in names])
    ax.set_xlabel("difference")
    legend_outside(drawn, ax, where="upper", ncols=3)
    return drawn


FIGURES: Figures = {
    "recall": recall,
    "capacity": capacity,
    "correlated": correlated,
    "completion": completion,
    "exponential": exponential,
    "dense": dense,
    "one_step": one_step,
    "temperature": temperature,
    "retrieved": retrieved,
    "identities": identities,
}


def _pictures(table: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Pictures in a grid, one row a kind."""
    table = table[table.seed == table.seed.min()]
    columns = table.picture.nunique()
    drawn, axes = figure(WIDTH, 0.83 * len(labels), rows=len(labels), columns=columns)
    for row, (kind, label) in zip(np.reshape(axes, (len(labels), -1)), labels.items(), strict=True):
        part = table[table.kind == kind].sort_values("picture")
        for ax, pixels in zip(row, part.pixels, strict=True):
            ax.imshow(picture(pixels), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            ax.set_xticks([])
            ax.set_yticks([])
        row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=11)
    return drawn


def _log_axis(ax: Axes, shown: list[float]) -> None:
    ax.set_xscale("log")
    ticks_at(ax.xaxis, shown)


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
