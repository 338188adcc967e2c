"""Colours of the arms of the study, and what its figures share."""

import pandas as pd
from matplotlib.axes import Axes

from workflow_scripts.evidence.figures.axes import ticks_at
from workflow_scripts.evidence.figures.style import extend_arms

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
    "images": "blue",
    "shuffled pixels": "vermilion",
    "exponential law": "blue",
    "power law": "vermilion",
    "order 2": "blue",
    "order 3": "green",
    "order 4": "vermilion",
}
extend_arms(ARMS)
SERIES = ["sky", "green", "purple", "vermilion", "blue", "ochre", "grey", "black"]
"""Colours of sizes, dimensions and levels, in increasing order."""
extend_arms({f"{hue} in a series": hue for hue in SERIES})


def in_percent(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its shares also in percent."""
    return table.assign(percent=100 * table.share)


def log_axis(ax: Axes, shown: list[float]) -> None:
    """A logarithmic horizontal axis with ticks at the numbers that are shown."""
    ax.set_xscale("log")
    ticks_at(ax.xaxis, shown)
