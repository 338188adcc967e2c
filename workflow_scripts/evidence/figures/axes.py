"""Shared axis helpers: ticks at given positions, and one legend outside the axes."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

Text = Callable[[float], str]


def plain(value: float) -> str:
    """The number in at most six digits, with the minus of typesetting."""
    return f"{value:g}".replace("-", "−")


def ticks_at(axis: Axis, places: Iterable[float], text: Text = plain) -> None:
    """Ticks at `places` only, each labelled with its number, formatted by `text`."""
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_minor_locator(NullLocator())
    ticks_as(axis, text)


def ticks_as(axis: Axis, text: Text, minor: bool = False) -> None:
    """Format the numbers of the major (or `minor`) ticks with `text`."""
    write = axis.set_minor_formatter if minor else axis.set_major_formatter
    write(FuncFormatter(lambda value, _: text(value)))


def legend_below(ax: Axes, ncols: int = 2, under: float = 0.3, **more: Any) -> None:
    """The legend of one panel, below it and its label, `under` of its height down."""
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -under), ncols=ncols, **more)


def legend_outside(
    drawn: Figure,
    *axes: Axes,
    where: Literal["lower", "upper"] = "lower",
    ncols: int = 2,
    **more: Any,
) -> None:
    """One legend for `axes`, without duplicates, below or above (`where="upper"`) the figure."""
    named = {
        label: handle
        for ax in axes
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    drawn.legend(
        list(named.values()),
        list(named),
        loc="outside upper center" if where == "upper" else "outside lower center",
        ncols=ncols,
        **more,
    )
