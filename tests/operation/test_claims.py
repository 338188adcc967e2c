"""The stored verdicts are printed without computing any."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation import claims
from workflow_scripts.operation.claims import announcement, answered, main, printed
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.stored_run import StoredRun

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A repository with the committed ledger of the laptop scale as its smoke run's."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    folder = tmp_path / "results" / "smoke"
    folder.mkdir(parents=True)
    pd.read_csv(ROOT / "results/laptop/claims.csv").to_csv(folder / "claims.csv", index=False)
    monkeypatch.setattr(claims, "ROOT", tmp_path)
    monkeypatch.setattr(claims, "planned_jobs", lambda *_: pytest.fail("it computes"))
    return folder


def test_all_claims_are_printed_at_80_columns(stored, capsys):
    assert main(["--scale", "smoke"]) == 0
    output = capsys.readouterr().out
    ledger = pd.read_csv(stored / "claims.csv")
    for claim in ledger["claim"]:
        assert claim[:19] in output
    assert f"{len(ledger)} claims: " in output
    assert "From results/smoke/claims.csv" in output
    assert max(map(len, output.splitlines())) <= 80


def test_a_wide_terminal_shows_the_rules_too(stored):
    run = StoredRun(Run("smoke", root=claims.ROOT))
    assert " rule " in printed(run, width=120)
    assert " rule " not in printed(run, width=80)


def test_a_lost_verdict_is_an_error(stored, capsys):
    ledger = pd.read_csv(stored / "claims.csv")
    supported = ledger[ledger["verdict"] == "supported"].iloc[0]
    recorded = ledger[["study", "claim", "verdict"]]
    recorded.to_csv(stored / "recorded-verdicts.csv", index=False)
    assert main(["--scale", "smoke"]) == 0
    ledger.loc[supported.name, "verdict"] = "undecided"
    ledger.to_csv(stored / "claims.csv", index=False)
    assert main(["--scale", "smoke"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {supported.study}/{supported.claim} was supported and is now")


def test_those_of_some_studies_alone_say_nothing_of_others(stored, tmp_path):
    own = tmp_path / "mine.yaml"
    own.write_text("studies: [hopfield]\n")
    ledger = pd.read_csv(stored / "claims.csv")
    ledger[["study", "claim", "verdict"]].to_csv(stored / "recorded-verdicts.csv", index=False)
    run = StoredRun(Run("smoke", (own,), claims.ROOT))
    assert run.ledger == tmp_path / "results/smoke-only-hopfield/claims.csv"
    run.folder.mkdir()
    ledger[ledger["study"] == "hopfield"].to_csv(run.ledger, index=False)
    assert run.lost() == []


def test_without_a_ledger_it_says_what_makes_one(stored):
    with pytest.raises(UserError, match="`make reproduce SCALE=paper` starts it"):
        printed(StoredRun(Run("paper", root=claims.ROOT)))


def test_a_run_is_announced_with_its_minutes(tmp_path):
    folder = tmp_path / "laptop"
    folder.mkdir()
    stage = {"rule": "page", "wildcards": {}, "params": {}, "seconds": 600, "work_seconds": 600}
    (folder / "provenance.json").write_text(json.dumps({"stages": [stage]}))
    jobs = [PlannedJob("page", {})] * 2
    line = announcement(jobs, tmp_path, cores=2)
    assert line.startswith("2 jobs first, about 10 min on this machine (2 cores)")
    assert announcement([], tmp_path, cores=2) == "The ledger is up to date."


@pytest.mark.thorough
def test_it_loads_no_library_that_trains():
    code = "import sys, workflow_scripts.operation.claims; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_run_ends_with_its_answers_and_its_files():
    """Of the committed results: every verdict that is not "supported" is said, and why."""
    text = answered(StoredRun(Run("laptop")))
    ledger = pd.read_csv(ROOT / "results/laptop/claims.csv")
    assert "results/laptop/report.html" in text.splitlines()
    words = " ".join(text.split())
    for study in ledger.groupby("study"):
        held = (study[1]["verdict"] == "supported").sum()
        assert f": {held} of {len(study[1])} claims hold" in words
    assert (
        words.count("The data contradict that")
        == ledger[ledger["verdict"] == "contradicted"]["study"].nunique()
    )
    not_decided = ledger[~ledger["verdict"].isin(["supported", "contradicted"])]
    assert words.count("whether ") >= len(not_decided)
    assert max(map(len, text.splitlines())) <= 80


def test_a_study_alone_has_a_ledger_of_its_own():
    run = StoredRun(Run("laptop", studies=("hopfield",)))
    assert run.folder.name == "laptop-only-hopfield"
    assert run.studies == ["hopfield"]
    assert run.run.arguments()[-1] == "studies=[hopfield]"
