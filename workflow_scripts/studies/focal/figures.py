"""The figures of the study of focal loss, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.marks import margin_line
from workflow_scripts.evidence.figures.style import (
    WIDTH,
    band,
    bars,
    colour,
    extend_arms,
    figure,
    look,
    mean_band,
)
from workflow_scripts.studies.focal.claims import THIRD
from workflow_scripts.studies.focal.marks import (
    BACKGROUND,
    END,
    MIDDLE,
    OBJECTS,
    SCALED,
    START,
    TRAINED,
)
from workflow_scripts.studies.focal.quantities import PRECISION

SHADES = ("black", "ochre", "green", "blue", "vermilion", "purple")
"""Colours of the values of γ, in their order."""
HUES = {
    "focal loss": "blue",
    "cross-entropy": "black",
    "cross-entropy, balanced": "ochre",
    "chosen negatives": "green",
    "without prior": "vermilion",
    "object": "green",
    "detection": "vermilion",
    SCALED: "green",
}
extend_arms({f"γ {number}": hue for number, hue in enumerate(SHADES)})
extend_arms(HUES)
LEAST = 0.003
"""The smallest probability that is drawn, in per cent."""


def curves(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The loss over the probability, and how it is spread over objects and over background."""
    table = tables["cumulative"]
    drawn, axes = figure(WIDTH, 6.6, rows=2, columns=2)
    over, places, objects, key = axes.ravel()
    key.set_axis_off()
    probability = np.linspace(0.001, 0.999, 400)
    for number, gamma in enumerate(sorted(table.gamma.unique())):
        arm = f"γ {number % len(SHADES)}"
        values = -((1 - probability) ** gamma) * np.log(probability)
        name = f"γ = {gamma:g}" + (" (cross-entropy)" if not gamma else "")
        over.plot(probability, values, label=name, **look(arm))
        key.plot([], [], label=name, **look(arm))
        for ax, what in ((places, BACKGROUND), (objects, OBJECTS)):
            own = table[(table.gamma == gamma) & (table.places == what)]
            percent = own.assign(share=100 * own.share, cumulative=100 * own.cumulative)
            band(ax, percent, "share", "cumulative", name, colour(arm))
    over.set_ylim(0, 5)
    over.set_xlabel("probability of what is there")
    over.set_ylabel("loss (nats)")
    over.set_title("loss")
    for ax, title in ((places, "background"), (objects, "objects")):
        ax.set_title(title)
        ax.set_xlabel("places, easiest first (%)")
        ax.set_ylabel("share of the loss (%)")
        ax.set_xlim(0, 100)
    key.legend(loc="center")
    return drawn


def shares(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The share of easy negatives in loss and gradient, over training."""
    table, roles = tables["shares"], section(cfg, "roles")
    drawn, axes = figure(WIDTH, 4.4, columns=2, sharey=True)
    moments = [START, MIDDLE, END]
    table = table.assign(at=table.moment.map({name: at for at, name in enumerate(moments)}))
    plain = table[table.arm == roles["plain"]]
    focused = table[table.arm == roles["focal"]]
    for ax, value in zip(axes, ("loss", "gradient"), strict=True):
        bars(ax, plain, "at", value, "cross-entropy", colour("cross-entropy"))
        bars(ax, focused, "at", value, "focal loss", colour("focal loss"))
        bars(
            ax,
            plain,
            "at",
            f"balanced_{value}",
            "cross-entropy, balanced places",
            colour("cross-entropy, balanced"),
        )
        third = plain[plain.moment != END].groupby("at")[value].mean() * THIRD
        ax.plot(
            third.index,
            third.to_numpy(),
            "_",
            color=colour("cross-entropy"),
            markersize=16,
            label="a third of the cross-entropy's",
        )
        margin_line(ax, 50, "half")
        ax.set_title(value)
        ticks_at(ax.xaxis, range(len(moments)), lambda at: moments[int(at)])
        ax.set_xlim(-0.4, 2.4)
        ax.set_ylim(-4, 104)
        ax.set_xlabel("moment of training")
    axes[0].set_ylabel("share of easy negatives (%)")
    handles, labels = axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=2)
    return drawn


def precision(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Average precision of all arms, with intervals over seeds."""
    table, roles, arms = tables["precision"], section(cfg, "roles"), section(cfg, "arms")
    known = table.assign(precision=table.precision.where(np.isfinite(table.precision), 0.0))
    order = list(arms)
    drawn, ax = figure(WIDTH, 0.42 * len(order) + 1.1)
    for number, arm in enumerate(order):
        own = known[known.arm == arm]
        kind = _kind(arm, arms[arm], roles)
        at = len(order) - 1 - number
        summary = mean_band(own.assign(at=at), "at", "precision").iloc[0]
        ax.plot(own.precision, np.full(len(own), at), "o", color=colour(kind), alpha=0.3, ms=4)
        reach = [[summary["mean"] - summary["low"]], [summary["high"] - summary["mean"]]]
        ax.errorbar(
            summary["mean"], at, xerr=reach, fmt="D", color=colour(kind), capsize=4, markersize=6
        )
    ours = known[known.arm == roles["focal"]].precision.mean()
    ax.axvline(ours, color=colour("focal loss"), linestyle=":", linewidth=1.2)
    words = {len(order) - 1 - number: _words(arms[arm]) for number, arm in enumerate(order)}
    ticks_at(ax.yaxis, sorted(words), lambda at: words[int(at)])
    ax.set_ylim(-0.6, len(order) - 0.4)
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]))
    ax.set_xlabel(PRECISION.axis())
    return drawn


def _kind(name: str, arm: Mapping[str, Any], roles: Mapping[str, Any]) -> str:
    if arm.get("prior", 0.01) == 0.5:
        return "without prior"
    if arm.get("negatives", "all") != "all":
        return "chosen negatives"
    return "focal loss" if arm.get("gamma", 0) else "cross-entropy"


def _words(arm: Mapping[str, Any]) -> str:
    """An arm in words, from its settings."""
    amount = f"{arm.get('amount', 0):g}"
    chosen = {
        "hardest": f"{amount} hardest places a scene",
        "hardest-ratio": f"hardest negatives, 1 : {amount}",
        "random-ratio": f"random negatives, 1 : {amount}",
        "easiest-first": "easy negatives first",
    }
    if arm.get("gamma", 0):
        words = f"focal, γ = {arm['gamma']:g}, α = {arm.get('alpha', 0.5):g}"
    elif arm.get("negatives", "all") != "all":
        words = chosen[arm["negatives"]]
    else:
        words = f"cross-entropy, α = {arm.get('alpha', 0.5):g}"
    prior = arm.get("prior", 0.01)
    if prior == 0.5:
        return f"{words}, no prior"
    return words if prior == 0.01 else f"{words}, π = {prior:.6f}".rstrip("0")


def found(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Scenes with their object and the best detection of some arms; numbers are ranks."""
    table, pixels = tables["found"], tables["pictures"]
    size, shown, arms = section(cfg, "scenes.size"), section(cfg, "shown"), section(cfg, "arms")
    scenes = sorted(pixels.scene.unique())
    names = list(shown["arms"])
    drawn, axes = figure(WIDTH, 2.2 * len(names), rows=len(names), columns=len(scenes))
    for row, arm in zip(np.reshape(axes, (len(names), -1)), names, strict=True):
        for ax, scene in zip(row, scenes, strict=True):
            own = pixels[pixels.scene == scene]
            picture = own.pivot(index="row", columns="column", values="value").to_numpy()
            ax.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            corner = own.object_row.iloc[0], own.object_column.iloc[0]
            _box(ax, corner, size + 2, "object", offset=-1)
            best = table[(table.arm == arm) & (table.scene == scene)].sort_values("number")
            for _, each in best.head(1).iterrows():
                _box(ax, (each["row"], each["column"]), size, "detection")
                ax.annotate(
                    f"{each['rank']:g}",
                    (each["column"] + size / 2, each["row"] - 1),
                    color="white",
                    ha="center",
                    va="bottom" if each["row"] > 6 else "top",
                    fontsize=11,
                    bbox={"facecolor": "black", "alpha": 0.6, "pad": 1, "linewidth": 0},
                )
            ax.set_xticks([])
            ax.set_yticks([])
            ax.grid(visible=False)
        row[0].set_ylabel(_words(arms[arm]).replace(", ", "\n"))
    drawn.supxlabel("test scenes with an object", fontsize=12)
    return drawn


def _box(ax: Axes, corner: tuple[float, float], size: int, arm: str, offset: float = 0.0) -> None:
    style = look(arm)
    ax.add_patch(
        Rectangle(
            (corner[1] + offset - 0.5, corner[0] + offset - 0.5),
            size,
            size,
            fill=False,
            edgecolor=style["color"],
            linewidth=2.5 if arm == "object" else 1.6,
        )
    )


def reliability(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The share of places with an object against the probability given to them, in per cent."""
    table, roles = tables["reliability"], section(cfg, "roles")
    panels = {
        "focal loss": roles["focal"],
        "cross-entropy": roles["plain"],
        "balanced": roles["unbiased_uniform"],
    }
    drawn, axes = figure(WIDTH, 3.5, columns=3, sharex=True, sharey=True)
    ends = (LEAST, 100)
    for ax, (title, arm) in zip(axes, panels.items(), strict=True):
        ax.plot(ends, ends, color=colour("random"), linewidth=1, linestyle="--")
        for scores, hue in ((TRAINED, "cross-entropy"), (SCALED, SCALED)):
            own = table[(table.arm == arm) & (table.scores == scores)]
            means = 100 * own.groupby("bin")[["confidence", "frequency"]].mean()
            style = look(hue)
            ax.plot(means.confidence, means.frequency, "o", label=scores, **style)
        ax.set_title(title)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlim(LEAST / 2, 200)
        ax.set_ylim(LEAST / 2, 200)
        ticks_at(ax.xaxis, (0.01, 1, 100))
        ticks_at(ax.yaxis, (0.01, 0.1, 1, 10, 100))
    axes[0].set_ylabel("share with an object (%)")
    axes[1].set_xlabel("probability of an object (%)")
    handles, labels = axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=2)
    return drawn


FIGURES: Figures = {
    "precision": precision,
    "curves": curves,
    "shares": shares,
    "found": found,
    "reliability": reliability,
}


def main(snakemake: Job) -> None:
    """Draw the figures."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
