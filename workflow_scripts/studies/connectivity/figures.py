"""The figures of the study of mode connectivity, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import with_unit
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.labels import name_level
from workflow_scripts.evidence.figures.marks import margin_line, published_lines
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, extend_arms, figure, look
from workflow_scripts.evidence.statistics.intervals import mean_interval
from workflow_scripts.learning.quantities import ACCURACY, ERROR, LOSS
from workflow_scripts.studies.connectivity.claims import SPLITS, claims
from workflow_scripts.studies.connectivity.measures import removed

PATHS = {
    "line": ("straight line", "vermilion"),
    "bezier": ("Bézier curve", "blue"),
    "chain": ("polygonal chain", "green"),
    "band": ("elastic band", "purple"),
}
"""Path: its name in the legend and its colour."""
ORDERS = {
    "unmatched": ("not matched", "vermilion"),
    "random": ("other random orders", "ochre"),
    "matched": ("matched", "blue"),
}
"""Order of the hidden units: its name in the legend and its colour."""
POINTS = {
    "last": "last iterate",
    "first average": "average of\nthe first",
    "average": "average of\nthe last (SWA)",
    "moving average": "moving\naverage",
    "annealed": "annealed\nto zero",
}
SOUPS = {"best copy": "best copy", "greedy": "greedy soup", "uniform": "uniform soup"}
UNRELATED = {
    "mean of the unrelated": "mean\nof two",
    "unrelated average": "average\nof two",
}
extend_arms({f"path {kind}": hue for kind, (_, hue) in PATHS.items()})
extend_arms({f"units {order}": hue for order, (_, hue) in ORDERS.items()})
extend_arms({"parted": "vermilion", "soup": "blue", "single": "grey"})
DECADES = [level * 10.0**power for power in range(-4, 4) for level in (1, 2, 5)]
DOT: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 4.5, "alpha": 0.45}


def paths(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Loss and error along the line and the trained paths, on both splits."""
    table = tables["paths_lines"]
    drawn, axes = figure(WIDTH, 6.4, rows=2, columns=2, sharex=True, sharey="row")
    for row, quantity in enumerate((LOSS, ERROR)):
        for column, split in enumerate(SPLITS):
            ax = axes[row, column]
            for kind, (name, _) in PATHS.items():
                part = table[(table.split == split) & (table.kind == kind)]
                band(ax, part, "position", quantity.column, name, colour(f"path {kind}"))
            if row == 0:
                ax.set_title(SPLITS[split])
            ax.set_xlabel("position on the path" if row else "")
            ax.set_ylabel("" if column else quantity.axis())
            ax.set_ylim(bottom=0)
    legend_outside(drawn, axes[0, 0])
    return drawn


def detail(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test error along the trained paths only, minus that of the worse end of each pair."""
    table = tables["paths_lines"]
    table = table[table.split == "test"]
    at_ends = table[table.position.isin([0.0, 1.0])].groupby(["kind", "seed"]).error
    table = table.merge(at_ends.max().rename("worse_end").reset_index(), on=["kind", "seed"])
    above = table.assign(above=table.error - table.worse_end)
    drawn, ax = figure(WIDTH, 5.2)
    for kind, (name, _) in PATHS.items():
        if kind != "line":
            part = above[above.kind == kind]
            band(ax, part, "position", "above", name, colour(f"path {kind}"))
    ax.axhline(0, color=colour("dense"), linestyle=":", label="worse end of each pair")
    margin_line(ax, claims["curved-path"].rule.margin, "margin of the claims")
    published_lines(ax, cfg, "curved-path")
    ax.set_xlabel("position on the path")
    ax.set_ylabel(claims["curved-path"].axis("test error above the worse end"))
    legend_outside(drawn, ax)
    return drawn


def plane(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Training loss on the plane through the two ends and the bend of their Bézier curve."""
    table = tables["plane"]
    grid = table[table["mark"].isna()].pivot(index="up", columns="across", values="loss")
    marks = table[table["mark"].notna()].set_index("mark")[["across", "up"]]
    drawn, ax = figure(WIDTH, 3.2)
    heights = np.log10(grid.to_numpy())
    # The highest corners are of no interest and would use up the range of colours.
    levels = np.linspace(heights.min(), np.quantile(heights, 0.95), 15)
    filled = ax.contourf(
        grid.columns, grid.index, heights, levels=levels, cmap="cividis", extend="both"
    )
    ticks = [t for t in np.log10(DECADES) if levels[0] <= t <= levels[-1]]
    bar = drawn.colorbar(filled, ax=ax, ticks=ticks, location="bottom", shrink=0.7, aspect=35)
    ticks_as(bar.ax.xaxis, lambda value: f"{10**value:g}")
    bar.set_label(LOSS.axis("training loss"))
    first, second, bend = (marks.loc[name].to_numpy() for name in ("first", "second", "bend"))
    t = np.linspace(0, 1, 60)[:, None]
    curve = (1 - t) ** 2 * first + 2 * t * (1 - t) * bend + t**2 * second
    white = {"color": "white", "linewidth": 4.5, "solid_capstyle": "round"}
    ends = np.stack([first, second])
    for line, kind in ((ends, "line"), (curve, "bezier")):
        ax.plot(line[:, 0], line[:, 1], **white)
        ax.plot(line[:, 0], line[:, 1], label=PATHS[kind][0], **look(f"path {kind}"))
    ax.plot(*ends.T, "o", color="black", markeredgecolor="white", markersize=9, label="solutions")
    ax.plot(*bend, "D", color="black", markeredgecolor="white", markersize=8, label="trained bend")
    ax.set_xlabel("distance in weight space, along the line")
    ax.set_ylabel("distance\nfrom the line")
    ax.set_aspect("equal")
    ax.grid(False)
    legend_outside(drawn, ax)
    return drawn


def branches(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Error barrier between two copies of the unstable network against the step where they part."""
    table = tables["branches"]
    table = table[(table.split == "test") & (table.network == section(cfg, "unstable"))]
    drawn, ax = figure(WIDTH, 4.2)
    hue = colour("parted")
    band(ax, table, "point", "error_barrier", "mean of the seeds", hue)
    ax.plot(table.point, table.error_barrier, color=hue, **DOT)
    stable = claims["same-basin"]
    ax.axhline(stable.rule.margin, color=colour("dense"), linestyle=":", label="stable below")
    ax.set_xscale("symlog", linthresh=max(1, table.point[table.point > 0].min()))
    ticks_at(ax.xaxis, sorted(table.point.unique()))
    ax.set_xlabel("step at which the two copies part")
    ax.set_ylabel(stable.axis("barrier of the test error"))
    ax.set_ylim(bottom=0)
    ax.legend()
    return drawn


def matching(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Loss along the line for each order of units, and the share of the barrier against width."""
    drawn, (left, right) = figure(WIDTH, 4.8, columns=2)
    lines = tables["matching_lines"]
    lines = lines[(lines.split == "test") & (lines.width == lines.width.max())]
    for order, (name, _) in ORDERS.items():
        hue = colour(f"units {order}")
        band(left, lines[lines.order == order], "position", "loss", name, hue)
        if order != "unmatched":
            shares = removed(tables, order)
            shares = shares.reset_index().melt("seed", var_name="width", value_name="share")
            shares["width"] = shares.width.astype(int)
            band(right, shares, "width", "share", name, hue)
            right.plot(shares.width, shares.share, color=hue, **DOT)
    rule = claims["permutation"].rule
    right.axhline(rule.margin, color=colour("dense"), linestyle=":")
    name_level(right, rule.margin, "margin of the claim")
    left.set_title(f"{lines.width.max()} units in a hidden layer")
    left.set_xlabel("position on the line")
    left.set_ylabel(LOSS.axis("test loss"))
    left.set_ylim(bottom=0)
    right.set_xscale("log")
    ticks_at(right.xaxis, sorted(tables["matching"].width.unique()))
    right.set_xlabel("units in a hidden layer")
    right.set_ylabel(claims["permutation"].axis("share of the barrier removed"))
    legend_outside(drawn, left)
    return drawn


def averages(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test accuracy and largest Hessian eigenvalue of single and averaged weights."""
    table = tables["averages"]
    drawn, (left, right) = figure(WIDTH, 4.4, columns=2, sharey=True)
    for ax, value, label in (
        (left, ACCURACY.column, ACCURACY.axis("test accuracy")),
        (right, "largest_eigenvalue", "largest Hessian eigenvalue"),
    ):
        _dots(ax, [table[table.point == point] for point in POINTS], value, across=True)
        ax.set_xlabel(label)
    right.set_xlim(left=0)
    left.set_yticks(range(len(POINTS)), POINTS.values())
    left.invert_yaxis()
    left.set_ylabel("weights")
    _name_dots(left)
    legend_outside(drawn, left)
    return drawn


def soups(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy of soups compared with the mean copy, and of averages of unrelated networks."""
    table = tables["soups"]
    drawn, (left, right) = figure(WIDTH, 4.6, columns=2, width_ratios=[3, 2])
    mean = table[table.soup == "mean of the copies"].set_index("seed").accuracy
    gained = table.assign(gain=table.accuracy - table.seed.map(mean))
    copies = gained[gained.soup.str.startswith("copy ")]
    groups = [copies, *(gained[gained.soup == soup] for soup in SOUPS)]
    names = ["all copies", *SOUPS.values()]
    _dots(left, groups, "gain")
    left.axhline(0, color=colour("dense"), linestyle=":")
    left.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
    left.set_ylabel(with_unit("test accuracy above the mean copy", ACCURACY.difference))
    left.set_xlabel("fine-tuned copies of one network")
    _dots(right, [table[table.soup == soup] for soup in UNRELATED], "accuracy")
    right.set_xticks(range(len(UNRELATED)), UNRELATED.values())
    right.set_ylabel(ACCURACY.axis("test accuracy"))
    right.set_xlabel("unrelated networks")
    right.set_ylim(0, 100)
    _name_dots(left)
    legend_outside(drawn, left)
    return drawn


FIGURES: Figures = {
    "paths": paths,
    "detail": detail,
    "plane": plane,
    "branches": branches,
    "matching": matching,
    "averages": averages,
    "soups": soups,
}


def _dots(ax: Axes, groups: list[pd.DataFrame], value: str, across: bool = False) -> None:
    """One dot per seed and group; mean and 95 % t-interval next to them if a seed has one row."""
    for place, group in enumerate(groups):
        values = group[value].to_numpy()
        at = np.full(len(values), float(place))
        ax.plot(*((values, at) if across else (at, values)), color=colour("single"), **DOT)
        if group.seed.duplicated().any() or len(values) < 2:
            continue
        found = mean_interval(values)
        reach = [[found.estimate - found.low], [found.high - found.estimate]]
        side = place + 0.22
        bars: dict[str, Any] = {"fmt": "D", "color": colour("soup"), "markersize": 5, "capsize": 3}
        if across:
            ax.errorbar([found.estimate], [side], xerr=reach, **bars)
        else:
            ax.errorbar([side], [found.estimate], yerr=reach, **bars)


def _name_dots(ax: Axes) -> None:
    """Entries of the legend for what `_dots` draws."""
    ax.plot([], [], color=colour("single"), label="one seed or copy", **DOT)
    ax.errorbar([], [], fmt="D", yerr=[], color=colour("soup"), label="mean with its interval")


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
