"""The ledger: the claims of all studies as one table, and what to expect of so many."""

from typing import Any

import pandas as pd
from scipy.stats import false_discovery_control

from workflow_scripts.evidence.claims.row import DECIDED, Verdict, column_types
from workflow_scripts.evidence.statistics.looks import ALPHA_OF_A_CLAIM

COLUMNS = [
    "study",
    "claim",
    "verdict",
    "estimate",
    "low",
    "high",
    "unit",
    "n",
    "rule",
    "control",
    "control_estimate",
    "control_low",
    "control_high",
    "control_holds",
    "source",
]
"""The columns of the ledger's table."""
RECORDED = ["study", "claim", "verdict"]
"""The columns of the recorded verdicts in the repository."""
_STORED = {float | None: "float64", int: "int64", bool | None: "boolean"}
_JUDGED = (*DECIDED, Verdict.UNDECIDED, Verdict.CONTROL_FAILED)

Studies = dict[str, list[dict[str, Any]]]  # claims by study, as in claims.json


def details(studies: Studies) -> list[dict[str, Any]]:
    """Every claim with everything known about it and its `q`; inputs are unchanged.

    A verdict depends on the data of its claim only. Beside it stands q, Benjamini and Yekutieli's
    (2001) bound, valid under any dependence, on the expected share of false verdicts among all
    claims of the ledger that are at least as clear. ValueError if a claim appears twice.
    """
    rows = [{**claim, "study": study, "q": None} for study in studies for claim in studies[study]]
    names = [(row["study"], row["claim"]) for row in rows]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"claims that appear more than once: {sorted(twice)}")
    judged = [row for row in rows if row["p"] is not None and row["verdict"] in _JUDGED]
    if judged:
        # What the looks cost is added to p: a p at the level of a look becomes the claim's 1 %.
        overall = [min(1.0, row["p"] * ALPHA_OF_A_CLAIM / row["alpha"]) for row in judged]
        for row, q in zip(judged, false_discovery_control(overall, method="by"), strict=True):
            row["q"] = float(q)
    return rows


def expected_false(rows: list[dict[str, Any]]) -> float:
    """The largest expected number of false verdicts: 1 % of the claims that could be decided."""
    return ALPHA_OF_A_CLAIM * sum(row["verdict"] in _JUDGED for row in rows)


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The ledger from the rows that `details` returns: exactly the columns `COLUMNS`.

    Estimates and bounds are in `unit`; a bound is missing if the interval is infinite, and all
    numbers are missing if the claim was not run.
    """
    types = column_types()
    stored = {name: _STORED[types[name]] for name in COLUMNS if types[name] in _STORED}
    return pd.DataFrame(rows, columns=COLUMNS).astype(stored)


def compare(recorded: pd.DataFrame, ledger: pd.DataFrame) -> list[str]:
    """One line per claim that was recorded as supported and no longer is, or no longer exists.

    Both have the columns `RECORDED`. New claims, and claims that were not supported before, are not
    reported.
    """
    now = {(row.study, row.claim): str(row.verdict) for row in ledger.itertuples()}
    lines = []
    for row in recorded[recorded["verdict"] == Verdict.SUPPORTED.value].itertuples():
        verdict = now.get((row.study, row.claim))
        if verdict is None:
            lines.append(f"{row.study}/{row.claim} was supported and is no longer in the ledger")
        elif verdict != Verdict.SUPPORTED.value:
            lines.append(f"{row.study}/{row.claim} was supported and is now {verdict}")
    return lines
