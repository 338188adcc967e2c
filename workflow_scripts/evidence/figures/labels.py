"""Names of lines at their ends, in place of a legend; and words along a line across a panel."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

AWAY = 9.0
"""Points between the end of a line and its name."""
LINE_HEIGHT = 1.25
"""Distance between names, in font sizes."""


def label_ends(ax: Axes, size: float = 11) -> None:
    """Name each labelled line of `ax` at its right end, joined to it by a stroke of its colour.

    Names move up or down until none covers another. Call it last: it needs the final axes. The
    layout makes room for them on the right.
    """
    drawn = ax.get_figure(root=True)
    if drawn is None:
        raise ValueError("the axes are part of no figure")
    lines = [line for line in ax.get_lines() if not str(line.get_label()).startswith("_")]
    ends = {line: end for line in lines if (end := _end(ax, line)) is not None}
    drawn.draw_without_rendering()  # heights are known after the layout only
    to_points = 72 / drawn.dpi
    heights = [ax.transData.transform(end)[1] * to_points for end in ends.values()]
    rows = [1 + str(line.get_label()).count("\n") for line in ends]
    apart = spread(heights, [LINE_HEIGHT * size * each for each in rows])
    for (line, end), height, place in zip(ends.items(), heights, apart, strict=True):
        ax.annotate(
            str(line.get_label()),
            end,
            (AWAY, place - height),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=size,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": line.get_color(),
                "linewidth": 1.0,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


def spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The places nearest to `wanted`, in squares, at which things of these heights do not overlap.

    Places keep the order of `wanted`; equal ones that of the sequence, from above. This is isotonic
    regression, by pooling neighbours (Barlow et al. 1972).
    """
    order = sorted(range(len(wanted)), key=lambda each: (wanted[each], -each))
    above = [0.0]  # of each the distance to the lowest, if all touch
    for lower, upper in pairwise(order):
        above.append(above[-1] + (heights[lower] + heights[upper]) / 2)
    pools: list[list[float]] = []
    for each, distance in zip(order, above, strict=False):
        pools.append([wanted[each] - distance])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    level = [fmean(pool) for pool in pools for _ in pool]
    places = [0.0] * len(wanted)
    for each, distance, lowest in zip(order, above, level, strict=False):
        places[each] = lowest + distance
    return places


def name_level(ax: Axes, value: float, words: str, above: bool = True, right: bool = True) -> None:
    """Words just above or below a horizontal line at `value`, at the right or left of the panel."""
    ax.annotate(
        words,
        (1 if right else 0, value),
        (-3 if right else 3, 2 if above else -2),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        ha="right" if right else "left",
        va="bottom" if above else "top",
        fontsize=10,
    )


def _end(ax: Axes, line: Line2D) -> tuple[float, float] | None:
    """The right end of what is seen of a line, in data; None if nothing is."""
    x, y = (np.asarray(each, dtype=float) for each in line.get_data())
    (left, right), (low, high) = sorted(ax.get_xlim()), sorted(ax.get_ylim())
    seen = (y >= low) & (y <= high)  # what is missing is not
    if line.get_transform() != ax.transData:  # a line across the panel
        return (ax.get_xlim()[1], float(y[-1])) if seen[-1] else None
    seen &= (x >= left) & (x <= right)
    if not seen.any():
        return None
    x, y = x[seen], y[seen]
    at = int(np.argmin(x) if ax.xaxis_inverted() else np.argmax(x))
    return float(x[at]), float(y[at])
