"""Where the ledger and the report of a run are written: those of some studies replace no larger."""

import csv
from collections.abc import Collection
from pathlib import Path

LEDGER = "claims.csv"


def summary_folder(results: Path, studies: Collection[str], registered: Collection[str]) -> Path:
    """`results`, or a folder beside it if the ledger there has more than the `studies` of this run.

    A study that is no longer registered does not count.
    """
    others = (_studies(results / LEDGER) & set(registered)) - set(studies)
    if not others:
        return results
    return results.with_name("-".join([results.name, "only", *studies]))


def _studies(ledger: Path) -> set[str]:
    """The studies in a ledger; none if there is no readable one."""
    try:
        with open(ledger, encoding="utf-8", newline="") as opened:
            return {row["study"] for row in csv.DictReader(opened)}
    except (OSError, KeyError, UnicodeDecodeError, csv.Error):
        return set()
