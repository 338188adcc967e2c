import json

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims import compare
from workflow_scripts.evidence.claims.compare import page, pairs, picture, read_claims, summary


def claim(name, verdict="supported", study="lottery", **numbers):
    """A row of a ledger's JSON."""
    known = {"estimate": 1.0, "low": 0.5, "high": 1.5, "unit": "pp", "n": 5, "margin": [0.0]}
    row = {"study": study, "claim": name, "verdict": verdict, "sentence": f"<{name}> is so."}
    return row | known | numbers


BASE = [claim("same"), claim("turned"), claim("gone"), claim("elsewhere", study="hopfield")]
MINE = [
    claim("turned", "contradicted", estimate=-2.0, low=-3.0, high=-1.0),
    claim("same", estimate=2.0, low=1.0, high=None),
    claim("new", "not run", estimate=None, low=None, high=None),
]


def test_claims_are_paired_by_name_within_studies_that_both_runs_have():
    compared = pairs(BASE, MINE)
    assert [pair.claim for pair in compared] == ["same", "turned", "gone", "new"]
    assert [pair.differs for pair in compared] == [False, True, True, True]
    assert compared[2].other is None
    assert compared[3].base is None
    assert summary(compared) == "4 claims in both runs; 3 with another verdict."
    assert [pair.claim for pair in pairs(MINE, BASE)] == ["turned", "same", "new", "gone"]


def test_equal_runs_have_no_other_verdict():
    assert not any(pair.differs for pair in pairs(BASE, BASE))


def test_a_picture_has_both_intervals_and_the_margin_in_order():
    _, turned, _, new = pairs(BASE, MINE)
    drawn = picture(turned)
    (margin,) = map(float, drawn["margins"])
    base, mine = ([float(each[key]) for key in ("low", "high")] for each in drawn["intervals"])
    assert mine[0] < mine[1] < margin < base[0] < base[1]
    assert picture(new) == {"margins": [], "intervals": []}


def test_an_open_interval_reaches_the_edge():
    same, *_ = pairs(BASE, MINE)
    *_, mine = picture(same)["intervals"]
    assert float(mine["high"]) == compare.WIDTH


def test_the_page_marks_what_differs_and_escapes_words():
    content = page(pairs(BASE, MINE), "laptop", "mi&ne")
    assert content.count('<tr class="other">') == 3
    assert "&lt;turned&gt; is so." in content
    assert "contradicted: −2.0" in content
    assert "<turned>" not in content
    assert "<h1>mi&amp;ne, compared with laptop</h1>" in content
    assert content.count("<svg ") == 3  # one claim has no number in either run


@pytest.fixture
def runs(tmp_path, monkeypatch):
    for name, rows in {"laptop": BASE, "mine": MINE}.items():
        (tmp_path / "results" / name).mkdir(parents=True)
        written = tmp_path / "results" / name / "claims.json"
        written.write_text(json.dumps({"claims": rows}), encoding="utf-8")
    monkeypatch.setattr(compare, "ROOT", tmp_path)
    return tmp_path


def test_it_prints_and_writes_the_page_beside_the_other_run(runs, capsys):
    assert compare.main(["laptop", "mine"]) == 0
    out = capsys.readouterr().out
    assert "4 claims in both runs; 3 with another verdict." in out
    assert "≠" in out
    assert (runs / "results/mine/compared-with-laptop.html").is_file()
    assert not list((runs / "results/laptop").glob("*.html"))


def test_an_unknown_run_is_named_with_those_that_there_are(runs, capsys):
    with pytest.raises(UserError, match="there is no run 'mien': choose from laptop, mine"):
        read_claims("mien", runs)
    assert compare.main(["laptop", "mien"]) == 1
    assert capsys.readouterr().err.startswith("error: there is no run 'mien'")
