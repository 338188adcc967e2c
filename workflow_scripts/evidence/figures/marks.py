"""What a claim is judged by, and what was published, drawn into the figure of its quantity."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from workflow_scripts.evidence.figures.style import colour

PUBLISHED = "published"
"""The key under which a figure is given the published numbers of its study."""


def margin_line(ax: Axes, value: float, label: str = "margin of the claim") -> None:
    """A dashed horizontal line at a margin; the axis is widened until it shows."""
    ax.axhline(value, color=colour("dense"), linestyle=(0, (4, 3)), linewidth=1.1, label=label)
    show(ax, value)


def published_lines(
    ax: Axes, cfg: Mapping[str, Any], claim: str, part: str = "", above: float = 0.0
) -> None:
    """A thin line at each published number of the same quantity, measured from `above`.

    A range has a line at either end. Nothing is drawn if none was published.
    """
    label: str | None = "published"
    for each in cfg.get(PUBLISHED, ()):
        if each["claim"] != claim or each["part"] != part:
            continue
        for value in each["values"]:
            ax.axhline(
                above + value,
                color=colour("random"),
                linestyle=(0, (1, 2)),
                linewidth=1.8,
                label=label,
            )
            show(ax, above + value)
            label = None


def show(ax: Axes, value: float) -> None:
    """Widen the vertical axis, if need be, so that `value` lies well inside."""
    low, high = ax.get_ylim()
    room = 0.04 * abs(high - low)
    ax.set_ylim(min(low, value - room), max(high, value + room))
