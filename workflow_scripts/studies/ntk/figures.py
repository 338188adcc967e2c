"""The figures of the study of the neural tangent kernel, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.labels import label_ends
from workflow_scripts.evidence.figures.style import (
    HUES,
    WIDTH,
    band,
    colour,
    extend_arms,
    figure,
    mean_band,
)
from workflow_scripts.studies.ntk.claims import DEPTHS
from workflow_scripts.studies.ntk.marks import (
    ANALYTIC,
    DENSE,
    KERNEL,
    LINEARISED,
    NETWORK,
    RANDOM,
    SPARSE,
)

QUANTITIES = {
    "kernel_change": ("change of the kernel", -1.0, "blue"),
    "weight_change": ("change of the weights", -0.5, "vermilion"),
    "predictions": ("network to kernel regression", -0.5, "green"),
    "to_limit": ("kernel to its limit", -0.5, "purple"),
}
"""Column: its words, the slope that theory gives, and its colour."""
extend_arms({f"{name} by width": hue for name, (_, _, hue) in QUANTITIES.items()})
extend_arms(
    {
        SPARSE: "blue",
        DENSE: "green",
        RANDOM: "vermilion",
        NETWORK: "blue",
        KERNEL: "vermilion",
        LINEARISED: "green",
        ANALYTIC: "ochre",
        "theory": "black",
        "before": "black",
        "after": "blue",
    }
)
SCALES = ("blue", "green", "ochre", "vermilion", "purple", "sky")
extend_arms({f"scale {number}": hue for number, hue in enumerate(SCALES)})


def _geometric(ax: Axes, table: pd.DataFrame, x: str, y: str, label: str, arm: str) -> pd.DataFrame:
    """The geometric mean over seeds with its interval; both axes logarithmic."""
    known = table[(table[y] > 0) & np.isfinite(table[y])]
    summary = mean_band(known.assign(logs=np.log(known[y])), x, "logs")
    at, mean, low, high = (summary[c].to_numpy() for c in (x, "mean", "low", "high"))
    shade = colour(arm)
    ax.plot(at, np.exp(mean), "o", color=shade, ls=dict(HUES.values())[shade], label=label)
    ax.fill_between(at, np.exp(low), np.exp(high), color=shade, alpha=0.18, linewidth=0)
    return summary


def _log_width(ax: Axes, widths: np.ndarray) -> None:
    ax.set_xscale("log")
    ax.set_yscale("log")
    ticks_at(ax.xaxis, sorted(widths)[::2], "{:.0f}".format)
    ax.set_xlabel("width")


def slopes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Four differences by width, each with a line of the slope that theory gives."""
    table, alpha = tables["widths"], section(cfg, "alphas")[0]
    drawn, axes = figure(WIDTH, 5.0, columns=2, sharey=True)
    for ax, layers in zip(axes, DEPTHS, strict=True):
        part = table[(table.layers == layers) & (table.alpha == alpha)]
        for name, (words, slope, _) in QUANTITIES.items():
            if layers != 2 and name == "weight_change":
                slope = -1.0  # the norm of the middle layer grows with the width
            summary = _geometric(ax, part, "width", name, words, f"{name} by width")
            at = summary.width.to_numpy(dtype=float)
            if len(at):
                line = np.exp(summary["mean"].iloc[0]) * (at / at[0]) ** slope
                label = "slope −1 or −1/2 through the first point"
                ax.plot(at, line, color=colour("theory"), ls=":", lw=1.2, label=label)
        ax.set_title(f"{layers} layers")
        _log_width(ax, part.width.unique())
    axes[0].set_ylabel("relative difference")
    legend_outside(drawn, *axes)
    return drawn


def change(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The change of the kernel by width for several output scales."""
    table = tables["widths"]
    drawn, axes = figure(WIDTH, 4.4, columns=2, sharey=True)
    for ax, layers in zip(axes, DEPTHS, strict=True):
        part = table[table.layers == layers]
        for number, alpha in enumerate(section(cfg, "alphas")):
            label, arm = f"α = {alpha:g}", f"scale {number % len(SCALES)}"
            _geometric(ax, part[part.alpha == alpha], "width", "kernel_change", label, arm)
        lazy = part[part.alpha == section(cfg, "alphas")[0]]
        first = f"ReLUs that flip,\nα = {section(cfg, 'alphas')[0]:g}"
        _geometric(ax, lazy, "width", "flipped", first, "theory")
        ax.set_title(f"{layers} layers")
        _log_width(ax, part.width.unique())
    axes[0].set_ylabel("relative change of the kernel")
    label_ends(axes[-1])
    return drawn


def regimes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy, alignment and movement of the weights by output scale."""
    table = tables["parity"]
    drawn, axes = figure(WIDTH, 8.4, rows=3, sharex=True)
    network = table[(table.target == SPARSE) & (table.learner == NETWORK)]
    kernel = table[(table.target == SPARSE) & (table.learner == KERNEL)]
    for ax, value, words in zip(
        axes,
        ("accuracy", "alignment", "weight_change"),
        ("test accuracy (%)", "alignment of the kernel\nwith the labels", "change of the weights"),
        strict=True,
    ):
        band(ax, network, "alpha", value, SPARSE, colour(SPARSE))
        for target in (DENSE, RANDOM):
            part = table[(table.target == target) & (table.learner == NETWORK)]
            summary = mean_band(part, "alpha", value)
            ax.plot(summary.alpha, summary["mean"], "o", color=colour(target), label=target)
        if value != "weight_change":
            mean = float(kernel[value].mean(skipna=False))
            label = f"{SPARSE}, kernel before training"
            ax.axhline(mean, color=colour("theory"), ls=":", lw=1.2, label=label)
        for name in ("rich", "lazy"):
            alpha = section(cfg, f"parity.{name}")
            ax.axvline(alpha, color=colour("before"), lw=0.8, ls="--")
            if ax is axes[0]:
                at = {"xy": (alpha, 1), "xycoords": ax.get_xaxis_transform()}
                ax.annotate(name, xytext=(0, 2), textcoords="offset points", ha="center", **at)
        ax.set_ylabel(words)
    axes[2].set_yscale("log")
    axes[2].yaxis.set_minor_formatter(NullFormatter())
    axes[2].set_xscale("log")
    ticks_at(axes[2].xaxis, sorted(network.alpha.unique()), "{:g}".format)
    axes[2].set_xlabel("output scale α (rich to lazy)")
    legend_outside(drawn, *axes)
    return drawn


def features(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """First-layer weights to the two inputs that matter, before and after, rich and lazy."""
    table = tables["features"]
    table = table[table.seed == table.seed.min()]
    drawn, axes = figure(WIDTH, 5.6, rows=2, columns=2, sharex="row", sharey="row")
    for column, name in zip(axes.T, ("rich", "lazy"), strict=True):
        alpha = section(cfg, f"parity.{name}")
        parts = {"before": table[table.moment == "before"]}
        parts["after"] = table[(table.moment == "after") & (table.alpha == alpha)]
        pairs, others = column
        for moment, part in parts.items():
            shade, mark = colour(moment), "x" if moment == "before" else "o"
            pairs.plot(
                part["first"], part["second"], mark, color=shade, ms=4, alpha=0.6, label=moment
            )
            own = np.hypot(part["first"], part["second"])
            others.plot(part["other"], own, mark, color=shade, ms=4, alpha=0.6)
        pairs.set_title(f"{name}, α = {alpha:g}")
        pairs.set_xlabel("weight to one input of the parity")
        others.set_xlabel("largest weight to any other input")
    axes[0, 0].set_ylabel("weight to the other")
    axes[1, 0].set_ylabel("weight to both")
    legend_outside(drawn, axes[0, 0])
    return drawn


def images(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy on images: kernels, linearised network and network, seed by seed."""
    table = tables["images"]
    sizes = sorted(table["size"].unique())
    drawn, ax = figure(WIDTH, 4.2)
    learners = (ANALYTIC, KERNEL, LINEARISED, NETWORK)
    for row, size in enumerate(sizes):
        wide = table[table["size"] == size].pivot(
            index="seed", columns="learner", values="accuracy"
        )
        at = row * (len(learners) + 1) + np.arange(len(learners))
        for values in wide[list(learners)].to_numpy():
            ax.plot(at, values, color=colour("before"), lw=0.7, alpha=0.6)
        for place, learner in zip(at, learners, strict=True):
            label = learner if row == 0 else None
            across = np.full(len(wide), place)
            ax.plot(across, wide[learner], "o", color=colour(learner), alpha=0.6, label=label)
            ax.plot(
                place, wide[learner].mean(skipna=False), "_", ms=28, mew=2.5, color=colour(learner)
            )
    if len(sizes) == 1:
        ax.set_xticks(range(len(learners)), learners)
        ax.set_xlabel(f"trained on {sizes[0]:,} images; a line is a seed")
    else:
        middle = [row * (len(learners) + 1) + 1.5 for row in range(len(sizes))]
        ax.set_xticks(middle, [f"{size:,} images" for size in sizes])
        ax.set_xlabel("training images; a line is a seed")
        legend_outside(drawn, ax, ncols=4)
    ax.set_ylabel("test accuracy (%)")
    return drawn


FIGURES: Figures = {
    "slopes": slopes,
    "change": change,
    "regimes": regimes,
    "features": features,
    "images": images,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
