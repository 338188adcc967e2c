"""Colours of the arms of the study, and what its figures share."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.style import HUES, extend_arms, look

ARMS = {
    "constructed": "blue",
    "cubic": "grey",
    "Adam": "vermilion",
    "L-BFGS": "green",
    "function": "black",
    "theory": "black",
    "composed tents": "blue",
    "smooth maps": "purple",
    "deep network": "green",
    "as many parameters": "vermilion",
    "Chebyshev points": "blue",
    "equispaced points": "vermilion",
}
extend_arms(ARMS)


def log_band(ax: Axes, table: pd.DataFrame, x: str, y: str, arm: str, label: str) -> None:
    """The geometric mean over seeds of `y` against `x`, and the range of all seeds, as a band.

    A value that is not finite or not positive has no place on a logarithmic axis: the line is
    interrupted there.
    """
    wide = table.pivot(index="seed", columns=x, values=y)
    numbers = wide.to_numpy(dtype=np.float64)
    logs = np.log(np.where(numbers > 0, numbers, np.nan))
    at = wide.columns.to_numpy(dtype=np.float64)
    # Without seeds that have no number the mean would be of others than elsewhere: NaN stays NaN.
    mean, low, high = np.exp(logs.mean(axis=0)), np.exp(logs.min(axis=0)), np.exp(logs.max(axis=0))
    style = look(arm)
    ax.plot(at, mean, marker="o", label=label, **style)
    ax.fill_between(at, low, high, color=style["color"], alpha=0.18, linewidth=0)


def theory_line(ax: Axes, at: Sequence[float], through: float, slope: float, label: str) -> None:
    """A thin line with a slope on logarithmic axes through the value at the last place."""
    places = np.asarray(at, dtype=np.float64)
    shade = HUES["black"][0]
    values = through * (places / places[-1]) ** slope
    ax.plot(places, values, color=shade, linestyle=":", linewidth=1.2, label=label)


def log_axes(ax: Axes, shown: Sequence[float]) -> None:
    """Logarithmic axes, with ticks at the widths that are shown."""
    ax.set_xscale("log")
    ax.set_yscale("log")
    ticks_at(ax.xaxis, shown)
