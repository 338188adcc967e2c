"""What the axes of many figures have in common: ticks at chosen places, one legend outside."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

Text = Callable[[float], str]
plain: Text = "{:g}".format


def ticks_at(axis: Axis, places: Iterable[float], text: Text = plain) -> None:
    """Ticks at `places` and nowhere else, each with its number as `text` writes it."""
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_minor_locator(NullLocator())
    ticks_as(axis, text)


def ticks_as(axis: Axis, text: Text, minor: bool = False) -> None:
    """Write the numbers of the ticks (of the `minor` ones, if so) as `text` does."""
    write = axis.set_minor_formatter if minor else axis.set_major_formatter
    write(FuncFormatter(lambda value, _: text(value)))


def legend_outside(
    drawn: Figure,
    *axes: Axes,
    where: Literal["lower", "upper"] = "lower",
    ncols: int = 2,
    **more: Any,
) -> None:
    """One legend for `axes`, each name once, below the figure or above it (`where` is "upper")."""
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
