"""The figures of the study of recurrence, drawn from its tables only."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.labels import label_ends
from workflow_scripts.evidence.figures.style import (
    WIDTH,
    band,
    colour,
    extend_arms,
    figure,
    look,
)
from workflow_scripts.learning.quantities import ACCURACY
from workflow_scripts.studies.recurrence.marks import INITIALISED, TRAINED

ARMS = {
    "lstm": ("LSTM", "blue"),
    "gru": ("GRU", "green"),
    "rnn": ("plain, orthogonal start", "vermilion"),
    "decaying": ("plain, usual start", "black"),
    "unbiased": ("LSTM without forget bias", "ochre"),
    "rival": ("attention", "purple"),
    "linear": ("linear, radius below 1", "grey"),
    "truncated": ("GRU, truncated", "vermilion"),
    "whole": ("GRU, whole past", "blue"),
    "window": ("truncated", "vermilion"),
}
"""Arm: its name in the legend and its colour."""
FOLLOWED = ("lstm", "gru", "rnn", "unbiased", "rival")
LEAST = -40.0
"""Decimal logarithm of the smallest gradient that is drawn."""
MEBI = 2**20
extend_arms({arm: hue for arm, (_, hue) in ARMS.items()})


def gradients(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Gradient of the last state against the lag of the input, before training and after it."""
    table = tables["gradients"].assign(
        relative=tables["gradients"].relative.clip(lower=LEAST)  # also where it underflows
    )
    drawn, axes = figure(WIDTH, 6.4, rows=2, sharex=True, sharey=True)
    for ax, moment, title in zip(
        axes, ("start", "end"), ("before training", "after training"), strict=True
    ):
        shown = [*FOLLOWED, *(["decaying", "linear"] if moment == "start" else [])]
        for arm in shown:
            name = section(cfg, arm)[0] if arm == "decaying" else section(cfg, arm)
            whose = TRAINED if arm in FOLLOWED else INITIALISED
            own = (table.network == name) & (table.arm == whose) & (table.moment == moment)
            part = table[own]
            band(ax, part, "lag", "relative", ARMS[arm][0], colour(arm))
        ax.set_title(title)
        ticks_as(ax.yaxis, lambda value: f"10$^{{{value:g}}}$")
        ax.set_ylabel("gradient / that at lag 0")
        ax.set_xlim(0, table.lag[table.arm == TRAINED].max())
        ax.axvline(section(cfg, "gradients.far"), color=colour("random"), linestyle=":")
    axes[0].annotate(
        "compared here",
        (section(cfg, "gradients.far"), 0.03),
        xycoords=("data", "axes fraction"),
        xytext=(5, 0),
        textcoords="offset points",
    )
    axes[-1].set_xlabel("lag (places)")
    for ax in axes:
        label_ends(ax)
    return drawn


def lags(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy against the lag of the task, with and without truncation, and of attention."""
    table = tables["outcomes"]
    drawn, ax = figure(WIDTH, 4.4)
    truncated = [name for key in ("within", "edge", "beyond") for name in section(cfg, key)]
    groups = {
        "truncated": truncated,
        "whole": section(cfg, "whole"),
        "rival": section(cfg, "attention"),
    }
    for shift, (arm, names) in enumerate(groups.items()):
        part = table[table.condition.isin(list(names))].sort_values("lag")
        style = look(arm)
        means = part.groupby("lag").accuracy.mean()
        ax.plot(means.index, means.to_numpy(), label=ARMS[arm][0], **style)
        at = part.lag.to_numpy(dtype=float) + 1.2 * (shift - 1)
        ax.plot(at, part.accuracy, "o", color=style["color"], alpha=0.35, markersize=4)
    window = section(cfg, "memory.window")
    ax.axvline(window, color=colour("dense"), linestyle=":", linewidth=1.2)
    ax.annotate(
        "window",
        (window, 0.03),
        xycoords=("data", "axes fraction"),
        xytext=(5, 0),
        textcoords="offset points",
    )
    ax.axhline(table.chance.iloc[0], color=colour("random"), linewidth=1, linestyle="--")
    ax.annotate(
        "guess",
        (1, table.chance.iloc[0]),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
    )
    ax.set_ylim(0, 103)
    ax.set_xlabel("lag (places)")
    ax.set_ylabel(ACCURACY.axis())
    legend_outside(drawn, ax, ncols=3)
    return drawn


def memory(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Bytes held for the backward pass, and alive in inference, against the length."""
    table = tables["memory"]
    names = sorted(table.network.unique())
    drawn, axes = figure(WIDTH, 3.8, columns=len(names), sharex=True, sharey=True)
    lengths = sorted(table.length.unique())
    for ax, name in zip(np.atleast_1d(axes), names, strict=True):
        for arm, label in (("whole", "whole past"), ("window", "truncated")):
            part = table[(table.network == name) & (table.arm == arm)].groupby("length")
            held, alive = part.saved.max() / MEBI, part.inference.max() / MEBI
            style = look(arm)
            ax.plot(held.index, held.to_numpy(), "o", label=label, **style)
            if arm == "whole":
                ax.plot(alive.index, alive.to_numpy(), "s", label="inference", **look("linear"))
        ax.set_title(name.upper())
        ax.set_xscale("log")
        ax.set_yscale("log")
        ticks_at(ax.xaxis, lengths)
    first = np.atleast_1d(axes)[0]
    first.set_ylabel("memory (MiB)")
    np.atleast_1d(axes)[len(names) // 2].set_xlabel("length of the sequences (places)")
    label_ends(np.atleast_1d(axes)[-1])
    return drawn


def curves(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy against steps on the task of the far lag, a line for each network."""
    table, roles = tables["curves"], FOLLOWED
    drawn, axes = figure(WIDTH, 6.4, rows=3, columns=2, sharex=True, sharey=True)
    panels = axes.ravel()
    for ax, role in zip(panels, roles, strict=False):
        _each(ax, table[table.condition == section(cfg, role)], role)
        ax.set_title(ARMS[role][0])
    last = panels[len(roles)]
    _each(last, table[table.condition == section(cfg, "beyond")[-1]], "truncated")
    last.set_title(ARMS["truncated"][0])
    for ax in axes[-1]:
        ax.set_xlabel("step")
    for ax in axes[:, 0]:
        ax.set_ylabel(ACCURACY.axis())
    panels[0].set_ylim(0, 103)
    return drawn


def _each(ax: Axes, table: pd.DataFrame, arm: str) -> None:
    for _, curve in table.groupby("seed"):
        ordered = curve.sort_values("step")
        ax.plot(ordered.step, ordered.accuracy, color=colour(arm), linewidth=1, alpha=0.7)
        ax.plot(ordered.step.iloc[-1:], ordered.accuracy.iloc[-1:], "o", color=colour(arm))
    chances: Sequence[float] = table.chance.unique().tolist()
    for chance in chances:
        ax.axhline(chance, color=colour("random"), linewidth=1, linestyle="--")


FIGURES: Figures = {"gradients": gradients, "lags": lags, "curves": curves, "memory": memory}


def main(snakemake: Job) -> None:
    """Draw the figures."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
