"""Letters of panels: a, b, c … at the upper left of each, in the order in which they were made."""

from string import ascii_lowercase

from matplotlib.axes import Axes
from matplotlib.figure import Figure

LETTER = "panel-letter"
MOST = 12
"""A grid of more panels is one picture, and its rows and columns have names of their own."""


def letter_panels(drawn: Figure) -> None:
    """Give each panel its letter, once; a figure of one panel has none."""
    panels = panels_of(drawn)
    if not 2 <= len(panels) <= MOST or any(text.get_gid() == LETTER for text in panels[0].texts):
        return
    for letter, ax in zip(ascii_lowercase, panels, strict=False):
        text = ax.annotate(
            letter,
            xy=(0, 1),
            xycoords="axes fraction",
            xytext=(-7, 5),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontweight="bold",
        )
        text.set_gid(LETTER)


def panels_of(drawn: Figure) -> list[Axes]:
    """The axes that hold data: no colour bars, insets or second axes of the same place."""
    places, panels = set(), []
    for ax in drawn.axes:
        spec = ax.get_subplotspec()
        if spec is None or ax.get_label() == "<colorbar>" or not (ax.axison and ax.get_visible()):
            continue
        place = (id(spec.get_gridspec()), spec.num1, spec.num2)
        if place not in places:
            places.add(place)
            panels.append(ax)
    return panels
