"""Step: print the ledger, and fail if a claim recorded as supported no longer is."""

from pathlib import Path

import pandas as pd

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.claims.ledger import COLUMNS, RECORDED, compare
from workflow_scripts.evidence.claims.terminal import render


def read_recorded(path: str | Path) -> pd.DataFrame:
    """Read the recorded verdicts of the repository; empty if there is no such file yet."""
    if not Path(path).exists():
        return pd.DataFrame(columns=RECORDED)
    return _with_columns(path, RECORDED)


def main(snakemake: Job) -> None:
    """Input: `csv`, the ledger. Params: `recorded`, a path; `colour`, whether to use colours.

    If the ledger is that of some studies alone, `alone` names them; nothing is said of others.
    """
    ledger = _with_columns(snakemake.input.csv, COLUMNS)
    print(render(ledger, colour=bool(getattr(snakemake.params, "colour", False))), flush=True)
    recorded = read_recorded(snakemake.params.recorded)
    if alone := snakemake.params.alone:
        recorded = recorded[recorded["study"].isin(alone)]
    lost = compare(recorded, ledger)
    if lost:
        raise UserError(
            f"{'; '.join(lost)}: investigate, or record the new verdicts in "
            f"{snakemake.params.recorded}"
        )


def _with_columns(path: str | Path, columns: list[str]) -> pd.DataFrame:
    table = read_table(path)
    if missing := [column for column in columns if column not in table]:
        raise UserError(
            f"{path} lacks the columns {', '.join(missing)}: delete it and run snakemake again"
        )
    return table


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main, quiet=False)  # the table goes to the terminal
