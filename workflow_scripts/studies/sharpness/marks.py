"""What the figures of the study share: names, colours and markers of arms; dots; axes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.style import extend_arms
from workflow_scripts.evidence.statistics.intervals import mean_interval, ratio_interval

ARMS = {
    "small": ("small batches", "blue", "o"),
    "medium": ("reference", "black", "s"),
    "large": ("large batches", "vermilion", "D"),
    "sam": ("sharpness-aware", "green", "^"),
    "random": ("random direction", "grey", "v"),
    "tuned": ("plain, best rate", "sky", "p"),
    "rates": ("other rates", "purple", "P"),
    "abrupt": ("without warm-up", "sky", "o"),
    "warm-up": ("with warm-up", "ochre", "X"),
}
"""Arm: its name in the legend, its colour and its marker."""
extend_arms({arm: hue for arm, (_, hue, _) in ARMS.items()})


def dots(ax: Axes, values: pd.Series, row: float, hue: str, positive: bool = False) -> None:
    """One point per seed, and the mean with its 95 % t-interval (of logarithms if `positive`).

    Seeds without a value, whose networks did not reach the common loss, have no point.
    """
    found = values.dropna().to_numpy(dtype=float)
    if not len(found):
        return
    ax.plot(found, np.full(len(found), row), "o", color=hue, alpha=0.35, markersize=4)
    interval = (ratio_interval if positive else mean_interval)(found)
    if len(found) > 1:
        ax.plot([interval.low, interval.high], [row, row], "-", color=hue, linewidth=2)
    ax.plot(interval.estimate, row, "D", color=hue, markersize=6)


def rows(ax: Axes, names: list[str]) -> None:
    """Name the rows 0, 1, … of dots, from the top."""
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()


def log_axis(ax: Axes, values: pd.Series) -> None:
    """A logarithmic axis with about three plain numbers on it."""
    ax.set_xscale("log")
    low, high = np.log10(values.min()), np.log10(values.max())
    digits = (1, 2, 5) if high - low > 0.6 else (1, 1.5, 2, 3, 4, 5, 7)
    shown = [d * 10.0**e for e in range(-8, 8) for d in digits]
    inside = [tick for tick in shown if low <= np.log10(tick) <= high]
    ticks_at(ax.xaxis, inside[:: max(1, len(inside) // 4)])
