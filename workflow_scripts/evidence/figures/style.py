"""One style for all figures: sizes, colours by arm, bands over seeds, deterministic files."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from matplotlib.typing import RcKeyType

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.evidence.figures.dark import with_dark
from workflow_scripts.evidence.figures.panels import letter_panels
from workflow_scripts.evidence.statistics.intervals import mean_interval

matplotlib.use("svg")  # no display is needed, and no windowing library is loaded

WIDTH = 6.5
FONT = "DejaVu Sans"
_NEARLY_AS_WIDE = "Verdana, Geneva, sans-serif"
"""What readers see who lack `FONT`."""
DPI = 150
_DECIMALS = 4
"""Of places of axes, in the size of the figure."""
_ANONYMOUS: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}
"""Metadata that would differ between equal figures, by kind of file."""

# Colour and dash pattern of each hue: dark enough for lines on white, and distinguishable with each
# kind of colour blindness. After Okabe and Ito (2008), without yellow and with darker light hues.
HUES: dict[str, tuple[str, Any]] = {
    "blue": ("#056db5", "-"),
    "vermilion": ("#d14b04", (0, (5, 2))),
    "green": ("#0e936a", (0, (6, 2, 1, 2))),
    "purple": ("#a13b8d", (0, (2, 1))),
    "sky": ("#3c9ad7", (0, (8, 2, 2, 2, 2, 2))),
    "ochre": ("#ba8c39", (0, (9, 3))),
    "grey": ("#72757a", (0, (3, 2))),
    "black": ("#1a1a1a", (0, (1, 1.2))),
}

# The same hues on a dark ground.
DARK_HUES: dict[str, str] = {
    "blue": "#5fb0ee",
    "vermilion": "#ff8a4c",
    "green": "#3fc79a",
    "purple": "#dd86cc",
    "sky": "#8cc9f2",
    "ochre": "#e0b767",
    "grey": "#a3a6ab",
    "black": "#efece6",
}

# The arms that several studies share; a study adds its own with `extend_arms`.
_arms: dict[str, str] = {"dense": "black", "random": "grey"}

RC: dict[RcKeyType, Any] = {
    # At phone width a figure of 6.5 in shrinks to about 5 in; 12 pt is still legible then.
    "font.family": FONT,  # comes with matplotlib: the same places everywhere
    "svg.fonttype": "none",  # letters stay letters, which can be searched and copied
    "font.size": 12,
    "axes.labelsize": 12,
    "axes.titlesize": 12,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#4d4d4d",
    "axes.linewidth": 0.9,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.7,
    "lines.linewidth": 2.0,
    "lines.markersize": 5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "figure",
    "path.simplify": True,
}


def figure(
    width: float = WIDTH, height: float = 4.0, rows: int = 1, columns: int = 1, **shared: Any
) -> tuple[Figure, Any]:
    """Return a new figure of `width` × `height` inches and its axes (an array for several).

    `shared` goes to `Figure.subplots` (sharex, sharey, width_ratios …).
    """
    # Not a context manager: legends and labels are made after this returns.
    sns.set_theme(style="ticks", rc=RC)
    drawn = Figure(figsize=(width, height), layout="constrained")
    return drawn, drawn.subplots(rows, columns, **shared)


def save(drawn: Figure, path: str | Path) -> None:
    """Write `drawn` as SVG or PNG, by the name, atomically; equal figures give equal bytes."""
    kind = Path(path).suffix[1:]
    letter_panels(drawn)
    with matplotlib.rc_context(RC), replacing(path) as temporary:
        _fix_places(drawn)
        drawn.savefig(temporary, format=kind, dpi=DPI, metadata=_ANONYMOUS[kind])
        if kind == "svg":
            svg = temporary.read_text(encoding="utf-8")
            svg = svg.replace(f"'{FONT}'", f"'{FONT}', {_NEARLY_AS_WIDE}")
            temporary.write_text(with_dark(svg, _DARK_SHADES), encoding="utf-8", newline="\n")


def _fix_places(drawn: Figure) -> None:
    """Lay the figure out once, and round the places of its axes.

    The layout solves equations whose terms are in the order of their addresses in memory, so that
    the last digits of its solution, and the bytes of a drawing, differ between two processes.
    """
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")
    for ax in drawn.axes:
        place = ax.get_position(original=True)
        ax.set_position(Bbox(place.get_points().round(_DECIMALS)))


def colour(arm: str) -> str:
    """Return the fixed colour of an arm; KeyError for an arm that no study has named."""
    return HUES[_hue(arm)][0]


def look(arm: str) -> dict[str, Any]:
    """Return colour and dash pattern of an arm for `Axes.plot`: colour is never the only cue."""
    shade, dash = HUES[_hue(arm)]
    return {"color": shade, "linestyle": dash}


def extend_arms(arms: Mapping[str, str]) -> None:
    """Give each arm one of `HUES` by name; ValueError if that would change an arm's colour."""
    for arm, hue in arms.items():
        if hue not in HUES:
            raise ValueError(f"{hue!r} is not one of the hues {', '.join(HUES)}")
        if _arms.get(arm, hue) != hue:
            raise ValueError(f"the arm {arm!r} is already {_arms[arm]}, not {hue}")
    _arms.update(arms)


def mean_band(frame: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Return the columns `x`, mean, low, high, n: Student's t interval of the mean over seeds.

    One row of `frame` is one seed (column `seed`) at one `x`; ValueError if a seed occurs twice
    at an x, because it would count as two. With a single seed there is no interval (NaN).
    """
    if frame.duplicated([x, "seed"]).any():
        raise ValueError(f"a seed appears twice at one {x}: select one condition first")
    rows = []
    for at, group in frame.groupby(x, sort=True):
        interval = mean_interval(group[y].to_numpy())
        ends = [end if math.isfinite(end) else math.nan for end in (interval.low, interval.high)]
        rows.append([at, interval.estimate, *ends, interval.n])
    return pd.DataFrame(rows, columns=[x, "mean", "low", "high", "n"])


def band(ax: Axes, frame: pd.DataFrame, x: str, y: str, label: str, colour: str) -> None:
    """Draw the mean of `y` over seeds against `x`, and its 95 % t-interval as a band.

    The dash pattern follows the colour, so that lines differ without it too.
    """
    summary = mean_band(frame, x, y)
    dash = dict(HUES.values()).get(colour, "-")
    at = summary[x].to_numpy()
    ax.plot(at, summary["mean"].to_numpy(), color=colour, linestyle=dash, label=label)
    low, high = summary["low"].to_numpy(), summary["high"].to_numpy()
    ax.fill_between(at, low, high, color=colour, alpha=0.18, linewidth=0)


def bars(
    ax: Axes, frame: pd.DataFrame, x: str, y: str, label: str, colour: str, shift: float = 1.0
) -> None:
    """The mean of `y` over seeds with its 95 % t-interval as bars, at `shift` times `x`.

    For lines so close that their bands would hide each other.
    """
    summary = mean_band(frame, x, y)
    dash = dict(HUES.values()).get(colour, "-")
    at, mean = summary[x].to_numpy() * shift, summary["mean"].to_numpy()
    reach = [mean - summary["low"].to_numpy(), summary["high"].to_numpy() - mean]
    drawn = ax.errorbar(at, mean, yerr=reach, color=colour, fmt="o", label=label, capsize=3)
    drawn.lines[0].set_linestyle(dash)


_DARK_SHADES = {HUES[hue][0]: shade for hue, shade in DARK_HUES.items()}


def _hue(arm: str) -> str:
    if arm not in _arms:
        raise KeyError(f"the arm {arm!r} has no colour: name one with extend_arms")
    return _arms[arm]
