"""The ledger: the claims of all studies, corrected for their number, as one table."""

from typing import Any

import pandas as pd

from workflow_scripts.evidence.claims.judgement import enough, most_seeds
from workflow_scripts.evidence.claims.row import Verdict, column_types
from workflow_scripts.evidence.statistics.holm import holm
from workflow_scripts.evidence.statistics.intervals import ALPHA
from workflow_scripts.evidence.statistics.power import seeds_needed

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
"""What the table of the ledger shows of an entry."""
RECORDED = ["study", "claim", "verdict"]
"""What the repository keeps on record of it."""
_STORED = {float | None: "float64", int: "int64", bool | None: "boolean"}
_DECIDED = (Verdict.SUPPORTED, Verdict.CONTRADICTED)

Studies = dict[str, list[dict[str, Any]]]  # a study's claims as its claims.json holds them


def details(studies: Studies) -> list[dict[str, Any]]:
    """Every claim with everything known about it, after Holm's correction; inputs are unchanged.

    Adds `p_holm` and `family`, the number of claims corrected for. The family is every claim with
    a p-value at a scale that decides, whatever its verdict. A verdict, for or against, whose
    corrected p is not below 0.05 becomes inconclusive. ValueError where a claim comes twice.
    """
    rows = [{**claim, "study": study} for study, claims in studies.items() for claim in claims]
    names = [(row["study"], row["claim"]) for row in rows]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"claims that come more than once: {sorted(twice)}")
    family = [
        row for row in rows if row["p"] is not None and row["verdict"] != Verdict.NOT_RUN.value
    ]
    for row in rows:
        row.update(p_holm=None, family=len(family))
    for row, p_holm in zip(family, holm([row["p"] for row in family]).tolist(), strict=True):
        row["p_holm"] = p_holm
        if row["verdict"] in _DECIDED and p_holm >= ALPHA:
            _withdraw(row)
    return rows


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The ledger from the rows that `details` returns: exactly the columns `COLUMNS`.

    Estimates and bounds are in `unit`; a bound is missing where the interval is infinite, all
    numbers where the claim was not run.
    """
    types = column_types()
    stored = {name: _STORED[types[name]] for name in COLUMNS if types[name] in _STORED}
    return pd.DataFrame(rows, columns=COLUMNS).astype(stored)


def compare(recorded: pd.DataFrame, ledger: pd.DataFrame) -> list[str]:
    """One line for each claim recorded as supported that no longer is, or that is gone.

    Both have the columns `RECORDED`. New claims, and claims that were not
    supported before, are no news here.
    """
    now = {(row.study, row.claim): str(row.verdict) for row in ledger.itertuples()}
    lines = []
    for row in recorded[recorded["verdict"] == Verdict.SUPPORTED.value].itertuples():
        verdict = now.get((row.study, row.claim))
        if verdict is None:
            lines.append(f"{row.study}/{row.claim} was supported and is not in the ledger any more")
        elif verdict != Verdict.SUPPORTED.value:
            lines.append(f"{row.study}/{row.claim} was supported and is now {verdict}")
    return lines


def _withdraw(row: dict[str, Any]) -> None:
    verdict = row["verdict"]
    # Bonferroni's level: at least as strict as what Holm asks of this claim, whatever the others.
    level = ALPHA / row["family"]
    if verdict == Verdict.CONTRADICTED:  # any one part is enough, so its p counts once a part
        level /= len(row["parts"])
    parts = [part for part in row["parts"] if part["verdict"] == verdict and part["p"] >= level]
    needs = [_seeds(part["effect"], level) for part in parts]
    if verdict == Verdict.CONTRADICTED:
        needs = [min((need for need in needs if need is not None), default=None)]
    row["seeds_needed"] = most_seeds(needs)
    row["verdict"] = Verdict.INCONCLUSIVE.value
    row["reason"] = (
        f"by itself the claim would be {verdict} (p = {row['p']:.2g}), but not after Holm's "
        f"correction for the {row['family']} claims of the ledger (p = {row['p_holm']:.2g}); "
        f"{enough(row['seeds_needed'])}"
    )


def _seeds(effect: float | None, level: float) -> int | None:
    return None if effect is None else seeds_needed(effect, 1.0, alpha=level)
