"""How claims and curves moved between two commits, and a sweep, in DVC's own words."""

import json
import re

import pytest
from conftest import History
from versioned_copy import OVERLAY, VersionedCopy

pytestmark = pytest.mark.workflow

METRICS = "results/smoke/metrics.json"
CHAINS = ("lenet-eighth", "lenet-quarter", "lenet-half", "lenet")


def test_an_experiment_reran_what_its_parameter_touches(history: History) -> None:
    """One level less, finer lines and needles in one round: only needles are trained."""
    messages = set(re.findall(r"^Job \d+: (.+)$", history.experiment, re.MULTILINE))
    assert messages == {
        "resnet, seeds 0-1: lines between copies",
        *(f"{chain}, seeds 0-1: pruning to the common number of weights" for chain in CHAINS),
        "Winning tickets: gathering tables",
        "Winning tickets: deciding the claims",
        "Winning tickets: drawing",
        "Collecting the claims",
        "Gathering where each result comes from",
        "Writing the report, results/smoke/report.html",
        "Typesetting the paper, results/smoke/paper.pdf",
    }
    assert "Nothing to be done in the run smoke" in history.experiment


def test_parameters(history: History) -> None:
    found = json.loads(history.copy.dvc("params", "diff", "--json", history.first, history.second))
    assert found == {
        OVERLAY: {
            "chains.lenet.levels": {"old": 2, "new": 1, "diff": -1},
            "instability.line": {"old": 3, "new": 5, "diff": 2},
            "needles.rounds": {"old": 2, "new": 1, "diff": -1},
        }
    }


def test_claims(history: History) -> None:
    """Needles that are pruned at once are others, and so is what the claim about them says."""
    old, new = (
        json.loads(history.copy.execute("git", "show", f"{commit}:{METRICS}")[1])["lottery"]
        for commit in (history.first, history.second)
    )
    found = json.loads(history.copy.dvc("metrics", "diff", "--json", history.first, history.second))
    moved = found[METRICS]["lottery.more-needles.estimate"]
    assert moved["old"] == old["more-needles"]["estimate"]
    assert moved["new"] == new["more-needles"]["estimate"]
    assert moved["diff"] != 0
    assert "lottery.learns-faster.n" not in found[METRICS]


def test_curves(history: History, restored: VersionedCopy) -> None:
    """The figures of both side by side, and the claims' estimates in one plot."""
    restored.dvc("plots", "diff", "--out", "compared", history.first, history.second)
    page = (restored.root / "compared/index.html").read_text()
    figures = "results_smoke_lottery_figures_accuracy.svg"
    shown = (restored.root / "compared/static").iterdir()
    pictures = {path.name: path.read_bytes() for path in shown if path.name.endswith(figures)}
    assert len(pictures) == 2
    assert all(name in page for name in pictures)
    assert len(set(pictures.values())) == 2
    assert "Claims at the scale smoke" in page
    assert "matching-ticket" in page
