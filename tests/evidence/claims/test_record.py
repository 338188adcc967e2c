import json
from pathlib import Path

import pytest

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims import record
from workflow_scripts.evidence.claims.record import BEGIN, END, main, markdown, with_verdicts

ROOT = Path(__file__).parents[3]
CLAIM = {
    "study": "lottery",
    "claim": "matching-ticket",
    "sentence": "A | B.",
    "verdict": "supported",
    "estimate": 1.2,
    "low": 0.7,
    "high": 1.7,
    "unit": "pp",
    "n": 5,
}


def test_a_claim_is_a_row_and_a_bar_in_its_sentence_does_not_break_the_table():
    *_, row = markdown([CLAIM]).splitlines()
    assert row.startswith(r"| lottery | A \| B. | supported | 1.2")
    assert row.endswith("| 5 |")


def test_only_what_is_between_the_markers_is_written():
    readme = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    written = with_verdicts(readme, [CLAIM])
    assert written.startswith(f"before\n{BEGIN}\n| study")
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written
    assert with_verdicts(written, [CLAIM]) == written


def test_lost_markers_are_named():
    with pytest.raises(UserError, match=r"README\.md lacks the lines"):
        with_verdicts("no markers", [CLAIM])


def test_recording_writes_the_verdicts_beside_the_ledger(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "ROOT", tmp_path)
    folder = tmp_path / "results" / "smoke"
    ledger = read_table(ROOT / "results/laptop/claims.csv")
    write_table(ledger, folder / "claims.csv")
    assert main(["--scale", "smoke"]) == 0
    recorded = read_table(folder / "recorded-verdicts.csv")
    assert recorded.equals(ledger[["study", "claim", "verdict"]])
    assert f"{len(ledger)} verdicts" in capsys.readouterr().out
    assert main(["--scale", "paper"]) == 1
    assert "claims.csv is missing" in capsys.readouterr().err


def test_the_readme_and_the_record_say_what_the_committed_ledger_says():
    claims = json.loads((ROOT / "results/laptop/claims.json").read_text())["claims"]
    assert f"{BEGIN}\n{markdown(claims)}\n{END}" in (ROOT / "README.md").read_text()
    recorded = read_table(ROOT / "results/laptop/recorded-verdicts.csv")
    assert recorded.to_dict("records") == [
        {key: claim[key] for key in ("study", "claim", "verdict")} for claim in claims
    ]
