"""Compare the claims of two runs: what is decided otherwise, and the estimates side by side.

    python -m workflow_scripts.evidence.claims.compare laptop mine

Prints a table and writes `results/<with>/compared-with-<base>.html`, a page with the same table and
a picture of both intervals of each claim.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from workflow_scripts.core.artifacts.atomic import read_json, write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.numbers import estimate

ROOT = Path(__file__).resolve().parents[3]
Claim = Mapping[str, Any]
WIDTH, HEIGHT = 260, 34
"""Size of the picture of a claim, in pixels."""
FIRST, SECOND = ("first", 11), ("second", 25)
"""Class and height, in pixels from above, of the interval of each run."""


class Pair(NamedTuple):
    """One claim in two runs; None where a run does not have it."""

    study: str
    claim: str
    base: Claim | None
    other: Claim | None

    @property
    def differs(self) -> bool:
        """Whether the two runs have different verdicts, or only one has the claim."""
        return _verdict(self.base) != _verdict(self.other)

    @property
    def sentence(self) -> str:
        """The claim in words."""
        return str((self.base or self.other or {}).get("sentence", self.claim))


def pairs(base: list[Claim], other: list[Claim]) -> list[Pair]:
    """The claims of two ledgers, in the order of `base`, then those that only `other` has.

    Claims of studies that one of the two runs does not have at all are left out.
    """
    first, second = ({(row["study"], row["claim"]): row for row in rows} for rows in (base, other))
    common = {study for study, _ in first} & {study for study, _ in second}
    return [
        Pair(*name, first.get(name), second.get(name))
        for name in {**first, **second}
        if name[0] in common
    ]


def summary(compared: list[Pair]) -> str:
    """One sentence: how many claims, and how many of them are decided otherwise."""
    others = sum(pair.differs for pair in compared)
    return f"{len(compared)} claims in both runs; {others} with another verdict."


def printed(compared: list[Pair], base: str, name: str) -> Table:
    """The table for a terminal; a mark stands before claims with different verdicts."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("", "study", "claim", base, name):
        table.add_column(heading, overflow="fold")
    for pair in compared:
        mark = "≠" if pair.differs else ""
        table.add_row(mark, pair.study, pair.claim, _said(pair.base), _said(pair.other))
    return table


def page(compared: list[Pair], base: str, name: str) -> str:
    """The page, as HTML that needs nothing else; all that it shows is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    rows = [
        {"pair": pair, "said": (_said(pair.base), _said(pair.other)), **picture(pair)}
        for pair in compared
    ]
    return environment.get_template("compare.html.j2").render(
        base=base, other=name, summary=summary(compared), rows=rows, width=WIDTH, height=HEIGHT
    )


def picture(pair: Pair) -> dict[str, Any]:
    """Both intervals and the margins on one scale, in pixels; empty where there is no number.

    An interval that is open on a side reaches the edge.
    """
    drawn = [(claim, *at) for claim, at in ((pair.base, FIRST), (pair.other, SECOND)) if claim]
    drawn = [each for each in drawn if each[0]["estimate"] is not None]
    margins = sorted({float(m) for claim, *_ in drawn for m in claim.get("margin") or []})
    ends = [claim[key] for claim, *_ in drawn for key in ("low", "estimate", "high")]
    known = [*margins, *(float(value) for value in ends if value is not None)]
    if not drawn:
        return {"margins": [], "intervals": []}
    low, high = min(known), max(known)
    room = (high - low) * 0.05 or 1.0

    def x(value: float) -> str:
        return f"{(value - low + room) / (high - low + 2 * room) * WIDTH:.1f}"

    return {
        "margins": [x(margin) for margin in margins],
        "intervals": [
            {
                "run": run,
                "y": y,
                "low": x(low - room if claim["low"] is None else claim["low"]),
                "estimate": x(claim["estimate"]),
                "high": x(high + room if claim["high"] is None else claim["high"]),
            }
            for claim, run, y in drawn
        ],
    }


def read_claims(name: str, root: Path) -> list[Claim]:
    """The ledger of the run `name`; UserError names the runs that there are."""
    path = root / "results" / name / "claims.json"
    if not path.is_file():
        there = sorted(each.parent.name for each in (root / "results").glob("*/claims.json"))
        raise UserError(f"there is no run {name!r}: choose from {', '.join(there) or 'none'}")
    return read_json(path)["claims"]


def _verdict(claim: Claim | None) -> str:
    return "not in this run" if claim is None else str(claim["verdict"])


def _said(claim: Claim | None) -> str:
    if claim is None or claim["estimate"] is None:
        return _verdict(claim)
    measured = " ".join(estimate(claim["estimate"], claim["low"], claim["high"], claim["unit"]))
    return f"{_verdict(claim)}: {measured} (n = {claim['n']})"


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison and write its page; return 1, with a line that says why, if it fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("base", help="the run to compare with, such as laptop")
    parser.add_argument("name", help="the other run")
    given = parser.parse_args(arguments)
    try:
        compared = pairs(read_claims(given.base, ROOT), read_claims(given.name, ROOT))
        if not compared:
            raise UserError(f"the runs {given.base} and {given.name} have no study in common")
        written = ROOT / "results" / given.name / f"compared-with-{given.base}.html"
        write_text(written, page(compared, given.base, given.name))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    console.print(printed(compared, given.base, given.name))
    console.print(summary(compared))
    console.print(f"The page: {written.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
