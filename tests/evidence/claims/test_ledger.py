import copy

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.evidence.claims.claim import Claims, Evidence, Measured, above, below
from workflow_scripts.evidence.claims.ledger import COLUMNS, compare, details, table
from workflow_scripts.evidence.claims.terminal import render
from workflow_scripts.evidence.statistics.holm import holm

CLEAR = [1.0, 1.1, 0.9, 1.05]
BARE = [0.2, 0.6, 1.1, 0.5]  # above 0 with p about 0.04
OPEN = [0.5, -0.9, 0.8]


def rows(study, samples, control=None, decides=True):
    """The claims.json rows of a study with one claim for each of `samples`."""
    claims = Claims(study)
    for name, values in samples.items():
        extra = {"control": "shuffled", "control_rule": below(0)} if control else {}

        def measure(tables, cfg, values=values):
            """It is larger."""
            return Evidence(
                [Measured.from_seeds(values)],
                [Measured.from_seeds(control)] if control else [],
            )

        claims.claim(id=name, unit="pp", rule=above(0), source="a paper", **extra)(measure)
    return [row.as_dict() for row in claims.evaluate({}, {}, decides)]


def ledger_of(studies):
    return table(details(studies))


def filled(values, n):
    return {f"c{k}": values for k in range(n)}


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
    assert ledger["verdict"].tolist() == ["supported", "inconclusive", "not run"]
    assert ledger["n"].tolist() == [4, 3, 0]
    assert ledger.loc[0, "estimate"] == pytest.approx(1.0125)
    assert ledger.loc[2, ["estimate", "low", "high"]].isna().all()


def test_holm_withdraws_a_verdict_that_many_claims_make_likely_by_chance():
    alone = details({"study": rows("study", {"bare": BARE})})[0]
    assert alone["verdict"] == "supported"
    assert alone["p_holm"] == alone["p"]
    crowd = details({"study": rows("study", {"bare": BARE} | filled(OPEN, 4))})[0]
    assert crowd["verdict"] == "inconclusive"
    assert crowd["p_holm"] == pytest.approx(5 * crowd["p"])
    assert crowd["seeds_needed"] > 4
    assert "Holm's correction for the 5 claims" in crowd["reason"]
    assert f"about {crowd['seeds_needed']} seeds would decide" in crowd["reason"]


def test_holm_withdraws_a_contradiction_as_well():
    losing = [-value for value in BARE]
    assert details({"s": rows("s", {"bare": losing})})[0]["verdict"] == "contradicted"
    crowd = details({"s": rows("s", {"bare": losing} | filled(OPEN, 4))})[0]
    assert crowd["verdict"] == "inconclusive"
    assert crowd["seeds_needed"] > 4


def test_the_family_spans_the_studies_and_leaves_out_what_was_not_run():
    studies = {
        "a": rows("a", {"bare": BARE}),
        "b": rows("b", {"x": CLEAR, "y": OPEN, "missing": []}),
        "smoke": rows("smoke", {"x": CLEAR}, decides=False),
    }
    found = details(studies)
    assert [row["family"] for row in found] == [3] * 5
    tested = [row["p"] for row in found[:3]]
    assert [row["p_holm"] for row in found[:3]] == pytest.approx(holm(tested).tolist())
    assert [row["p_holm"] for row in found[3:]] == [None, None]
    assert found[4]["verdict"] == "not run"
    assert found[4]["estimate"] is not None


@given(st.lists(st.lists(st.integers(-5, 9).map(float), min_size=1, max_size=5), max_size=6))
def test_correction_only_ever_withdraws(samples):
    before = rows("s", {f"c{k}": values for k, values in enumerate(samples)})
    kept = copy.deepcopy(before)
    after = details({"s": before})
    assert before == kept
    for old, new in zip(before, after, strict=True):
        assert new["p_holm"] is None or new["p_holm"] >= old["p"]
        assert new["verdict"] in (old["verdict"], "inconclusive")


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
            ("s", "was-open", "inconclusive"),
        ],
        columns=["study", "claim", "verdict"],
    )
    assert compare(recorded, ledger) == [
        "s/lost was supported and is now inconclusive",
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
            + rows("lottery", {"missing": [], "one-seed": [3.0]}),
            "hopfield": rows("hopfield", {"recall": [-1e-9, -2e-9, -1.5e-9]}, control=OPEN),
            "ntk": rows("ntk", {"slope": [-1.0, -1.1, -1.05]}),
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
    verdicts = [line for line in lines if line.startswith(("✓", "✗", "?", "·"))]
    assert len(verdicts) == len(mixed)
    assert any("FAILS" in line for line in lines)
    assert "6 claims: 1 supported, 1 contradicted, 3 inconclusive, 1 not run" in text
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
