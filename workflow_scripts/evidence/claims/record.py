"""Record the verdicts of the last run; `snakemake claims` compares later runs with them.

    python -m workflow_scripts.evidence.claims.record [--scale laptop]

The verdicts of the laptop scale are also written into the README, between its two markers.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json, write_text
from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.ledger import RECORDED
from workflow_scripts.evidence.numbers import estimate

ROOT = Path(__file__).resolve().parents[3]
BEGIN = "<!-- verdicts: written by `make record` -->"
END = "<!-- end of verdicts -->"
SHOWN = "laptop"


def markdown(claims: list[dict[str, Any]]) -> str:
    """The verdicts as a Markdown table; `claims` as in the ledger's JSON."""
    lines = ["| study | claim | verdict | estimate, interval | n |", "|---|---|---|---|---|"]
    for claim in claims:
        measured = " ".join(estimate(claim["estimate"], claim["low"], claim["high"], claim["unit"]))
        cells = [claim["study"], claim["sentence"], claim["verdict"], measured, str(claim["n"])]
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines)


def with_verdicts(readme: str, claims: list[dict[str, Any]]) -> str:
    """`readme` with the table between its markers; UserError if the markers are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UserError(f"README.md lacks the lines {BEGIN} and {END}: restore them from Git")
    return f"{before}{BEGIN}\n{markdown(claims)}\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Write `results/<scale>/recorded-verdicts.csv` from the ledger in the same folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scale", default=SHOWN, help="scale of the verdicts (default: laptop)")
    scale = parser.parse_args(arguments).scale
    folder = ROOT / "results" / scale
    try:
        verdicts = read_table(folder / "claims.csv")[RECORDED]
        write_table(verdicts, folder / "recorded-verdicts.csv")
        if scale == SHOWN:
            readme = ROOT / "README.md"
            claims = read_json(folder / "claims.json")["claims"]
            write_text(readme, with_verdicts(readme.read_text(encoding="utf-8"), claims))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(verdicts)} verdicts recorded in results/{scale}/recorded-verdicts.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
