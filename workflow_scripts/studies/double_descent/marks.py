"""Common elements of the figures of the double-descent study: colours, marks, axes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.style import colour, extend_arms
from workflow_scripts.evidence.statistics.extrapolation import power_law, u_curve
from workflow_scripts.studies.double_descent.effects import fitted_part
from workflow_scripts.studies.double_descent.outcomes import TRAINED, Curves, thresholds

ARMS = {
    "plain": "blue",  # minimum norm, or trained to the end
    "controlled": "green",  # best penalty, or early stopping
    "training": "grey",
    "noisy": "vermilion",
    "clean": "sky",
    "threshold": "black",
    "law": "purple",
    "u": "ochre",
}
extend_arms(ARMS)
SHADES = ["sky", "green", "ochre", "purple", "vermilion"]
"""Colours of increasing penalties."""


class Width(NamedTuple):
    """What the width of a network is a number of."""

    label: str
    """The label of its axis."""
    unit: str


WIDTH_OF = {
    "mlp": Width("width of the hidden layers", "units"),
    "residual": Width("channels of the first stage", "channels"),
}
"""By the kind of the network."""


def extrapolated(ax: Axes, found: Curves) -> None:
    """Both laws, fitted to the mean of the seeds at up to a quarter of the largest size."""
    mean = found.values.mean(0)
    small = np.isin(found.sizes, fitted_part(found).sizes)
    grid = np.geomspace(found.sizes[0], found.sizes[-1], 60)
    ax.plot(found.sizes[small], mean[small], "o", color=colour("threshold"), label="fitted")
    ax.plot(found.sizes[~small], mean[~small], "o", mfc="white", color=colour("threshold"),
            label="held out")  # fmt: skip
    for arm, fit, label in (("law", power_law, "power law"), ("u", u_curve, "quadratic")):
        law = fit(found.sizes[small], mean[small], grid)
        ax.plot(grid, law, color=colour(arm), ls="-" if arm == "law" else "--", label=label)


def mean_and_median(ax: Axes, found: Curves) -> None:
    """Every seed as a point, their mean and their median, which differ at the peak."""
    for seed in found.values:
        ax.plot(found.sizes, seed, ".", color=colour("plain"), alpha=0.35)
    ax.plot(found.sizes, found.values.mean(0), color=colour("noisy"), label="mean of the seeds")
    middle = np.median(found.values, axis=0)
    ax.plot(found.sizes, middle, "--", color=colour("law"), label="median of the seeds")


def every_seed(ax: Axes, found: Curves, arm: str) -> None:
    """The geometric mean of the seeds, and every seed as a point."""
    for seed in found.values:
        ax.plot(found.sizes, seed, ".", color=colour(arm), alpha=0.35)
    ax.plot(found.sizes, np.exp(np.log(found.values).mean(0)), color=colour(arm))


def threshold(ax: Axes, at: float, label: str) -> None:
    """A dotted, labelled line at the first size with as many parameters as data."""
    ax.axvline(at, color=colour("threshold"), ls=":", lw=1.3, label=label)


def network_threshold(ax: Axes, table: pd.DataFrame, noise: float) -> None:
    """Mark the widths at which seeds first fit their training labels, if all of them do."""
    positions = thresholds(table, noise)
    if np.isnan(positions).any():
        return
    first = np.sort(table.width.unique())[positions.astype(int)]
    ax.axvspan(first.min() / 1.02, first.max() * 1.02, color=colour("threshold"), alpha=0.15, lw=0)
    label = f"training error first ≤ {TRAINED:g} %"
    threshold(ax, float(np.exp(np.log(first).mean())), label)


def mark_fit(ax: Axes, mean: pd.Series, shade: str) -> None:
    """Mark the step at which the mean training error first falls to the threshold, if it does."""
    fitted = mean.index[mean <= TRAINED]
    if len(fitted):
        ax.axvline(fitted[0], color=shade, ls=(0, (1, 3)), lw=1.2)


def log_axis(ax: Axes, sizes: Sequence[int] | np.ndarray, marked: int | None = None) -> None:
    """A logarithmic axis with few sizes as ticks: the ends, and `marked` or a middle one."""
    ax.set_xscale("log")
    sizes = np.sort(sizes)
    middle = marked if marked is not None else sizes[len(sizes) // 2]
    between = sizes[np.argmin(np.abs(np.log(sizes**2 / (sizes[0] * middle))))]
    ticks_at(ax.xaxis, sorted({sizes[0], between, middle, sizes[-1]}), plain_number)


def evenly(count: int, wanted: int) -> list[int]:
    """At most `wanted` of `count` positions, including the first and the last."""
    return sorted({round(at) for at in np.linspace(0, count - 1, min(count, wanted))})


def plain_number(value: float) -> str:
    """The label of a tick; thousands as k from ten thousand on, millions as M."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:g}"


def labels_named(noise: float) -> str:
    """The label for a share of wrong labels."""
    return f"{100 * noise:.0f} % wrong labels" if noise else "clean labels"
