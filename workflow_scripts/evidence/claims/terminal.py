"""The ledger as a table in a terminal."""

import io
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.evidence.numbers import estimate

WIDTH = 100
NARROW = 80
RULE = "rule"
MARKS = {
    Verdict.SUPPORTED: ("✓", "green"),
    Verdict.CONTRADICTED: ("✗", "red"),
    Verdict.UNDECIDED: ("?", "yellow"),
    Verdict.CONTROL_FAILED: ("!", "yellow"),
    Verdict.NOT_AT_SCALE: ("·", "dim"),
    Verdict.NOT_RUN: ("·", "dim"),
}
_COLUMNS: list[
    tuple[str, int, JustifyMethod]
] = [  # heading, width, alignment: with the gaps between them no wider than WIDTH
    ("verdict", 19, "left"),
    ("claim", 19, "left"),
    ("estimate [interval]", 24, "left"),
    ("n", 4, "right"),
    (RULE, 13, "left"),
    ("control", 9, "left"),
]


def render(ledger: pd.DataFrame, colour: bool = False, width: int = WIDTH) -> str:
    """The ledger, verdict first, a heading per study, counts at the end.

    Takes the frame of `ledger.table`, or the same read from its CSV. Plain text, with terminal
    colours only if `colour`; 100 columns wide, or 80 without the rules if `width` is less.
    """
    columns = _COLUMNS if width >= WIDTH else [c for c in _COLUMNS if c[0] != RULE]
    grid = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, wide, alignment in columns:
        grid.add_column(heading, width=wide, justify=alignment, overflow="fold")
    for study, claims in ledger.groupby("study", sort=False):
        if grid.row_count:
            grid.add_row()
        grid.add_row("", Text(str(study), style="bold"))
        for claim in claims.to_dict("records"):
            cells = _cells(claim)
            grid.add_row(*(cells[_COLUMNS.index(column)] for column in columns))
    printed = io.StringIO()
    console = Console(
        file=printed,
        width=WIDTH if len(columns) == len(_COLUMNS) else NARROW,
        color_system="standard" if colour else None,
        force_terminal=colour,
        legacy_windows=False,
    )
    console.print(grid, "", Text(_counts(ledger)), sep="\n")
    return "\n".join(line.rstrip() for line in printed.getvalue().splitlines()) + "\n"


def _cells(claim: Mapping[Hashable, Any]) -> list[Text]:
    mark, colour = MARKS[claim["verdict"]]
    value, low, high, unit = (_known(claim[name]) for name in ("estimate", "low", "high", "unit"))
    middle, interval = estimate(value, low, high, unit)
    return [
        Text(f"{mark} {claim['verdict']}", style=colour),
        Text(claim["claim"]),
        Text(f"{middle} {interval}".rstrip()),
        Text(str(claim["n"]) if claim["n"] else ""),
        Text(claim["rule"]),
        Text(_control(claim)),
    ]


def _control(claim: Mapping[Hashable, Any]) -> str:
    if _known(claim["control"]) is None:
        return ""
    holds = _known(claim["control_holds"])
    return "open" if holds is None else "holds" if holds else "FAILS"


def _counts(ledger: pd.DataFrame) -> str:
    counted = ledger["verdict"].value_counts()
    return f"{len(ledger)} claims: " + ", ".join(
        f"{counted.get(verdict.value, 0)} {verdict.value}" for verdict in Verdict
    )


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value
