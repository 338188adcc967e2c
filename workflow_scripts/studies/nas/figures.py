"""The figures of the study of architecture search, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import per_seed
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import (
    WIDTH,
    band,
    colour,
    extend_arms,
    figure,
    look,
)
from workflow_scripts.evidence.statistics.intervals import mean_interval
from workflow_scripts.studies.nas.cell import (
    CONVOLUTION,
    DILATED,
    EDGES,
    NODES,
    NONE,
    POOL,
    SKIP,
)
from workflow_scripts.studies.nas.results import Results

WORDS = {
    "random": "random search",
    "reinforce": "reinforcement learning",
    "evolution": "regularised evolution",
    "halving": "successive halving",
}
OPERATIONS = {
    CONVOLUTION: "convolution",
    DILATED: "dilated convolution",
    SKIP: "skip connection",
    POOL: "pooling",
}
extend_arms(
    {
        "reinforce": "vermilion",
        "evolution": "green",
        "halving": "purple",
        "differentiable": "blue",
        "second order": "sky",
        "by hand": "black",
        CONVOLUTION: "blue",
        DILATED: "green",
        SKIP: "vermilion",
        POOL: "ochre",
        "long": "blue",
        "protected": "green",
        "alone": "grey",
        "base": "black",
        "compound": "blue",
        "half": "sky",
    }
)
BINS = 60


def regret(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Regret against trainings, and trainings to the regret of DARTS against the edges."""
    results = Results(tables, cfg)
    names, space = section(cfg, "growing"), section(cfg, "growing")[-1]
    drawn, (over, by) = figure(WIDTH, 7.4, rows=2)
    searches = tables["searches"]
    for algorithm, words in WORDS.items():
        part = searches[(searches.space == space) & (searches.algorithm == algorithm)]
        band(over, part, "trainings", "regret", words, colour(algorithm))
    supernets = {
        "DARTS, first order": (section(cfg, "differentiable")[space], "differentiable", "o"),
        "DARTS, second order": (section(cfg, "second"), "second order", "D"),
    }
    for words, (name, arm, mark) in supernets.items():
        ours = mean_interval(results.supernet(name, "regret").to_numpy())
        cost = float(results.supernet(name, "trainings").iloc[0])
        reach = [[ours.estimate - ours.low], [ours.high - ours.estimate]]
        over.errorbar(
            [cost], [ours.estimate], yerr=reach, fmt=mark, color=colour(arm), capsize=4, label=words
        )
    over.set_xscale("log")
    ticks_at(over.xaxis, [1, 3, 10, 30, 100, 300])
    over.set_ylim(0, None)
    over.set_xlabel(f"trainings in the largest space ({len(_free(cfg, space))} edges)")
    over.set_ylabel("regret (pp of test accuracy)")
    edges = [len(_free(cfg, name)) for name in names]
    for algorithm in WORDS:
        waits = pd.concat(
            [
                results.waiting(name, algorithm).rename("log").reset_index().assign(edges=free)
                for name, free in zip(names, edges, strict=True)
            ]
        )
        waits["trainings"] = 10**waits.log
        band(by, waits, "edges", "trainings", WORDS[algorithm], colour(algorithm))
    costs = [results.cost(name) for name in names]
    by.plot(edges, costs, marker="o", **look("differentiable"))
    by.set_yscale("log")
    ticks_at(by.yaxis, [1, 3, 10, 30, 100])
    ticks_at(by.xaxis, edges)
    by.set_xlabel("free edges of the space")
    by.set_ylabel("trainings to the regret\nof DARTS (its own cost: dots)")
    legend_outside(drawn, over)
    return drawn


def spaces(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """All cells of three spaces, and what was found in them."""
    results, table = Results(tables, cfg), tables["spaces"]
    drawn, axes = figure(WIDTH, 7.6, rows=3, sharex=True)
    hand = float(table[table.space == "hand"].test.iloc[0])
    low = min(table[table.space == section(cfg, key)].test.min() for key in _compared())
    bins = np.linspace(low - 0.5, table.test.max() + 1, BINS)
    for ax, key in zip(axes, _compared(), strict=True):
        name = section(cfg, key)
        cells = table[table.space == name].test
        ax.hist(cells, bins=bins, color=colour("random"), alpha=0.45, label="cells of the space")
        ax.axvline(cells.mean(), color=colour("random"), lw=1.4, ls=(0, (4, 3)), label="their mean")
        ax.axvline(hand, color=colour("by hand"), lw=1.4, ls=":", label="cell designed by hand")
        top = ax.get_ylim()[1]
        for place, algorithm in enumerate(WORDS):
            found = results.search(name, algorithm, "accuracy").mean()
            _marked(ax, found, top * (1.06 + 0.1 * place), algorithm, WORDS[algorithm])
        found = results.of_space(name, "accuracy").mean()
        _marked(ax, found, top * 1.46, "differentiable", "DARTS")
        ax.set_ylim(0, top * 1.6)
        operations = [OPERATIONS[each] for each in _operations(cfg, name) if each in OPERATIONS]
        none = ", none" if NONE in _operations(cfg, name) else ""
        ax.set_title(f"{key} space: {', '.join(operations)}{none}", fontsize=11)
        ax.set_ylabel("cells")
    axes[-1].set_xlabel("test accuracy in the table (%)")
    legend_outside(drawn, axes[0])
    return drawn


def cell(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The cell that DARTS finds most often, the best by validation, and that made by hand."""
    table, supernets = tables["spaces"], tables["supernets"]
    space = section(cfg, "growing")[-1]
    first, stop = section(cfg, "differentiable")[space], section(cfg, "stop")
    found = supernets[(supernets.supernet == first) & (supernets.step == stop)].cell
    counted = found.value_counts()
    often = min(counted[counted == counted.max()].index)
    own = table[table.space == space]
    best = own.sort_values(["validation", "cell"]).cell.iloc[-1]
    shown = {
        f"found by DARTS\n({counted.max()} of {len(found)} seeds)": often,
        "best of the largest space\nby validation accuracy": best,
        "designed by hand": section(cfg, "cells.hand"),
    }
    tested = table.drop_duplicates("cell").set_index("cell").test
    drawn, axes = figure(WIDTH, 3.9, columns=3)
    for ax, (words, name) in zip(axes, shown.items(), strict=True):
        _cell(ax, name)
        accuracy = f"\n{tested[name]:.1f} %" if name in tested else ""
        ax.set_title(f"{words}{accuracy}", fontsize=11)
    used = dict.fromkeys(letter for name in shown.values() for letter in name if letter != NONE)
    for letter in OPERATIONS:
        if letter in used:
            axes[0].plot([], [], lw=2.5, label=OPERATIONS[letter], **look(letter))
    legend_outside(drawn, axes[0], ncols=2)
    return drawn


def collapse(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Skip connections of supernets and true accuracy of their cells as training goes on."""
    table, space = tables["supernets"], section(cfg, "growing")[-1]
    drawn, (skips, accuracy) = figure(WIDTH, 7.2, rows=2, sharex=True)
    for role, words in (("long", "DARTS"), ("protected", "with operation dropout")):
        part = table[table.supernet == section(cfg, role)]
        band(skips, part, "step", "share", words, colour(role))
        band(accuracy, part, "step", "accuracy", words, colour(role))
    cells = tables["spaces"]
    cells = cells[cells.space == space].test
    for level, words, dash in (
        (cells.mean(), "mean of the space", ":"),
        (cells.mean() + cells.std(ddof=1), "one sd above it", (0, (4, 3))),
    ):
        accuracy.axhline(level, color=colour("by hand"), ls=dash, lw=1.2, label=words)
    for ax in (skips, accuracy):
        ax.axvline(section(cfg, "stop"), color=colour("random"), lw=1.0, label="cells are taken")
    skips.set_ylabel(f"skip connections\n(sum of shares, of {len(_free(cfg, space))} edges)")
    skips.set_ylim(0, None)
    accuracy.set_ylabel("accuracy of the cell\nin the table (%)")
    accuracy.set_xlabel("steps of the supernet")
    legend_outside(drawn, accuracy)
    return drawn


def compound(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy of scaled networks, against their multiply-adds."""
    table = tables["scaled"]
    drawn, ax = figure(WIDTH, 5.2)
    rows = {section(cfg, "compound.base"): ("base", "before scaling")}
    rows |= {name: ("alone", f"{name} alone") for name in section(cfg, "compound.single")}
    rows[section(cfg, "compound.together")] = ("compound", "all three together")
    rows[section(cfg, "compound.half")] = ("half", "all three, half the multiply-adds")
    labels = []
    for place, (name, (arm, words)) in enumerate(rows.items()):
        part = table[table.network == name]
        values = per_seed(table, "test", network=name).to_numpy(dtype=float)
        at = np.full(len(values), -place) + np.linspace(-0.16, 0.16, len(values))
        ax.plot(values, at, "o", color=colour(arm), ms=4, alpha=0.5)
        mean = mean_interval(values)
        if np.isfinite([mean.low, mean.high]).all():
            ax.plot([mean.low, mean.high], [-place] * 2, color=colour(arm), lw=2)
        ax.plot(mean.estimate, -place, "|", color=colour(arm), ms=18, mew=2.5)
        size = part.multiply_adds.iloc[0] / 1000
        first = part.iloc[0]
        shape = f"{first.length} points, {first.channels} channels, {first.blocks} blocks"
        labels.append(f"{words}\n{shape}\n{size:.0f}k multiply-adds")
    ax.set_yticks([-place for place in range(len(rows))], labels, fontsize=10)
    ax.set_xlabel("test accuracy (%)")
    return drawn


def _compared() -> tuple[str, ...]:
    return ("good", "middle", "bad")


def _free(cfg: Mapping[str, Any], space: str) -> list[int]:
    return list(section(cfg, "spaces")[space]["free"])


def _operations(cfg: Mapping[str, Any], space: str) -> str:
    return str(section(cfg, "spaces")[space]["operations"])


def _marked(ax: Axes, value: float, height: float, arm: str, words: str) -> None:
    """A mark above the histogram, so that equal finds do not hide each other."""
    ax.plot([value], [height], "v", color=colour(arm), ms=8, label=f"found by {words}")


def _cell(ax: Axes, name: str) -> None:
    """Nodes from top to bottom, and an arrow of its operation's look for every edge."""
    places = {0: (0.5, 1.0), 1: (0.24, 0.68), 2: (0.24, 0.34), 3: (0.5, 0.0)}
    bends = {(0, 1): 0.1, (0, 2): -0.55, (1, 2): 0.0, (0, 3): -0.5, (1, 3): -0.35, (2, 3): 0.1}
    for (source, target), letter in zip(EDGES, name, strict=True):
        if letter == NONE:
            continue
        dash = look(letter)
        arrow = FancyArrowPatch(
            places[source],
            places[target],
            connectionstyle=f"arc3,rad={bends[source, target]}",
            arrowstyle="-|>",
            mutation_scale=13,
            lw=2.5,
            shrinkA=11,
            shrinkB=11,
            color=dash["color"],
            linestyle=dash["linestyle"],
        )
        ax.add_patch(arrow)
    for node in range(NODES):
        x, y = places[node]
        ax.plot([x], [y], "o", ms=19, mfc="white", mec=colour("by hand"), mew=1.2)
        words = {0: "in", NODES - 1: "out"}.get(node, str(node))
        ax.annotate(words, (x, y), ha="center", va="center", fontsize=9)
    ax.set_xlim(-0.1, 1.0)
    ax.set_ylim(-0.12, 1.12)
    ax.set_axis_off()


FIGURES: Figures = {
    "regret": regret,
    "spaces": spaces,
    "cell": cell,
    "collapse": collapse,
    "compound": compound,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
