"""The ledger is one table; no verdict in it depends on another claim."""

import copy

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from tests.evidence.claims.worlds import NO_CONTROL
from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.evidence.claims.claim import Claims, Evidence, Measured, above, below
from workflow_scripts.evidence.claims.ledger import (
    COLUMNS,
    compare,
    details,
    expected_false,
    table,
)
from workflow_scripts.evidence.claims.terminal import render

CLEAR = [1.0, 1.1, 0.9, 1.05, 0.95]
BARE = [0.2, 0.6, 1.1, 0.5, 0.4]  # above 0 with p about 0.02
OPEN = [0.5, -0.9, 0.8, 0.1, -0.3]


def rows(study, samples, control=None, decides=True):
    """The claims.json rows of a study with one claim for each of `samples`."""
    claims = Claims(study)
    cfg = {"scale": "laptop", f"{study}.seeds": ["100-104"]}
    for name, values in samples.items():
        extra = {"control": "shuffled", "control_rule": below(0)} if control else NO_CONTROL

        def measure(tables, cfg, values=values):
            """It is larger."""
            return Evidence(
                [Measured.from_seeds(values)],
                [Measured.from_seeds(control)] if control else [],
            )

        claims.claim(id=name, unit="pp", rule=above(0), source="a paper", **extra)(measure)
    return [row.as_dict() for row in claims.evaluate({}, cfg, decides)]


def ledger_of(studies):
    return table(details(studies))


def test_the_ledger_has_exactly_its_columns_and_one_row_a_claim():
    studies = {
        "lottery": rows("lottery", {"ticket": CLEAR, "open": OPEN}),
        "focal": rows("focal", {"prior": []}),
    }
    ledger = ledger_of(studies)
    assert list(ledger.columns) == COLUMNS
    assert ledger[["study", "claim"]].to_numpy().tolist() == [
        ["lottery", "ticket"],
        ["lottery", "open"],
        ["focal", "prior"],
    ]
    assert ledger["verdict"].tolist() == ["supported", "undecided", "not run"]
    assert ledger["n"].tolist() == [5, 5, 0]
    assert ledger.loc[0, "estimate"] == pytest.approx(1.0)
    assert ledger.loc[2, ["estimate", "low", "high"]].isna().all()


LONGER = st.lists(st.integers(-5, 9).map(float), min_size=5, max_size=5)


@given(st.lists(LONGER, max_size=6), st.lists(LONGER, max_size=6))
def test_no_verdict_depends_on_another_study(ours, others):
    alone = {"s": rows("s", {f"c{k}": values for k, values in enumerate(ours)})}
    kept = copy.deepcopy(alone)
    crowd = alone | {"t": rows("t", {f"d{k}": values for k, values in enumerate(others)})}
    together = details(crowd)[: len(ours)]
    assert alone == kept
    for one, other in zip(details(alone), together, strict=True):
        assert {**one, "q": None} == {**other, "q": None}


def test_q_is_that_of_benjamini_and_yekutieli_over_all_claims_that_were_judged():
    studies = {
        "a": rows("a", {"bare": BARE}),
        "b": rows("b", {"x": CLEAR, "y": OPEN, "missing": []}),
        "smoke": rows("smoke", {"x": CLEAR}, decides=False),
    }
    made = details(studies)
    overall = [min(1.0, row["p"] * 0.01 / 0.0036) for row in made[:3]]
    expected = multipletests(overall, method="fdr_by")[1]
    assert [row["q"] for row in made[:3]] == pytest.approx(expected.tolist())
    assert [row["q"] for row in made[3:]] == [None, None]
    assert made[4]["verdict"] == "not run"
    assert made[4]["estimate"] is not None
    assert expected_false(made) == pytest.approx(0.03)
    assert details({}) == []


def test_a_claim_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="more than once"):
        details({"s": rows("s", {"x": CLEAR}) * 2})


def test_what_was_supported_and_is_not_any_more_is_named_once():
    ledger = ledger_of({"s": rows("s", {"kept": CLEAR, "lost": OPEN, "new": CLEAR})})
    recorded = pd.DataFrame(
        [
            ("s", "kept", "supported"),
            ("s", "lost", "supported"),
            ("s", "gone", "supported"),
            ("s", "was-open", "undecided"),
        ],
        columns=["study", "claim", "verdict"],
    )
    assert compare(recorded, ledger) == [
        "s/lost was supported and is now undecided",
        "s/gone was supported and is no longer in the ledger",
    ]
    assert compare(recorded.head(0), ledger) == []
    assert compare(ledger, ledger) == []


@pytest.fixture
def mixed():
    return ledger_of(
        {
            "double_descent": rows("double_descent", {"model-wise-features-of-the-sort": CLEAR}),
            "lottery": rows("lottery", {"ticket": CLEAR}, control=CLEAR)
            + rows("lottery", {"missing": [], "open": OPEN}),
            "hopfield": rows(
                "hopfield", {"recall": [-1e-9, -2e-9, -1.5e-9, -1.2e-9, -1.7e-9]}, control=OPEN
            ),
            "ntk": rows("ntk", {"slope": [-1.0, -1.1, -1.05, -0.9, -0.95]}),
        }
    )


def test_the_terminal_table_is_aligned_and_fits(mixed):
    text = render(mixed)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in text
    starts = {
        line.index(claim)
        for claim in ("ticket", "slope", "recall")
        for line in lines
        if f" {claim} " in line
    }
    assert len(starts) == 1
    verdicts = [line for line in lines if line.startswith(("✓", "✗", "?", "!", "·"))]
    assert len(verdicts) == len(mixed)
    assert any("FAILS" in line for line in lines)
    counts = "1 supported, 1 contradicted, 2 undecided, 1 control failed, 0 not at this scale"
    assert f"6 claims: {counts}, 1 not run" in text
    assert "\x1b[32m" in render(mixed, colour=True)


def test_the_ledger_reads_back_as_it_was_written(mixed, tmp_path):
    write_table(mixed, tmp_path / "claims.csv")
    again = read_table(tmp_path / "claims.csv")
    assert list(again.columns) == COLUMNS
    assert render(again) == render(mixed)
    for column in ("estimate", "low", "high", "n", "verdict"):
        assert again[column].tolist() == pytest.approx(mixed[column].tolist(), nan_ok=True) or (
            again[column].tolist() == mixed[column].tolist()
        )


def test_a_ledger_without_claims(tmp_path):
    empty = ledger_of({})
    assert list(empty.columns) == COLUMNS
    assert "0 claims" in render(empty)
