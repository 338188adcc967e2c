import json
from types import SimpleNamespace

import pandas as pd
import pytest

from workflow_scripts.core.artifacts.atomic import read_json, write_json
from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims import collect, show
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    Shown,
    above,
    per_seed,
)
from workflow_scripts.evidence.claims.evaluate import write_claims
from workflow_scripts.evidence.claims.ledger import COLUMNS
from workflow_scripts.evidence.report.records import read_ledger

TABLE = pd.DataFrame({"seed": range(100, 105), "gain": [1.0, 1.2, 1.1, 0.9, 1.3]})


@pytest.fixture
def study(tmp_path):
    """Write a study's claims.json and return its path."""

    def write(name="focal", scale="laptop", decides=True, table=TABLE, file=None, seeds="100-104"):
        claims = Claims(name)

        @claims.claim(
            id="gain", unit="pp", rule=above(0), source="a paper", no_control="it is made up"
        )
        def gain(tables, cfg):
            """There is a gain."""
            return Evidence([Measured.from_seeds(per_seed(tables["gains"], "gain"))])

        @claims.identity(id="same", unit="pp", source="a paper", at_most=1e-9)
        def same(tables, cfg):
            """Twice the same."""
            return [Shown("twice", 1e-12), Shown("another", 1.0, above=1e-3, unit="×")]

        path = tmp_path / (file or name) / "claims.json"
        cfg = {"scale": scale, f"{name}.seeds": [seeds]}
        write_claims(claims, {"gains": table}, cfg, path, scale, decides)
        return path

    return write


@pytest.fixture
def ledger(tmp_path):
    """Run the collecting step and return the paths of its outputs."""

    def run(*paths, claim="gain"):
        output = SimpleNamespace(
            csv=tmp_path / "claims.csv",
            json=tmp_path / "claims.json",
            metrics=[tmp_path / f"metrics/{path.parent.name}/{claim}.json" for path in paths],
        )
        collect.main(SimpleNamespace(input=[str(path) for path in paths], output=output))
        return output

    return run


def show_step(csv, recorded, alone=()):
    show.main(
        SimpleNamespace(
            input=SimpleNamespace(csv=csv),
            params=SimpleNamespace(recorded=str(recorded), alone=alone),
        )
    )


def test_a_study_writes_strict_json_with_the_same_bytes_each_time(study):
    path = study()
    first = path.read_bytes()
    content = json.loads(first)
    assert (content["study"], content["scale"], content["decides"]) == ("focal", "laptop", True)
    (claim,) = content["claims"]
    assert (claim["verdict"], claim["sentence"]) == ("supported", "There is a gain.")
    assert claim["parts"][0]["n"] == 5
    assert study().read_bytes() == first


def test_one_seed_is_written_without_infinities(study):
    content = read_json(study(table=TABLE.head(1), seeds="100-100"))
    (claim,) = content["claims"]
    assert (claim["estimate"], claim["low"], claim["high"]) == (1.0, None, None)
    assert claim["verdict"] == "undecided"


def test_collecting_writes_the_table_and_details_that_the_report_reads(study, ledger):
    output = ledger(study("focal"), study("ntk", table=TABLE.head(0)))
    table = read_table(output.csv)
    assert list(table.columns) == COLUMNS
    assert table["verdict"].tolist() == ["supported", "not run"]
    read = read_ledger(output.json)
    assert (read.scale, read.decides) == ("laptop", True)
    assert read.claims[0].sentence == "There is a gain."
    assert read_json(output.json)["claims"][0]["margin"] == [0]
    assert read.claims[1].reason == "the table gains is empty"
    assert read.expected_false == 0.01  # of one claim that was judged
    assert [part.unit for part in read.exhibits[0].parts] == ["pp", "×"]
    assert [(each.study, each.claim, each.holds) for each in read.exhibits] == [
        ("focal", "same", True),
        ("ntk", "same", True),
    ]


def test_collecting_writes_the_metrics_by_which_commits_are_compared(study, ledger):
    paths = ledger(study("focal"), study("ntk", table=TABLE.head(0))).metrics
    gain, not_run = (read_json(path) for path in paths)
    assert (gain["verdict"], gain["n"], gain["unit"]) == ("supported", 5, "pp")
    assert gain["estimate"] == pytest.approx(TABLE["gain"].mean())
    assert gain["low"] < gain["estimate"] < gain["high"]
    assert not_run == {"verdict": "not run", "n": 0, "unit": "pp"}


def test_a_claim_that_the_page_lacks_is_named(study, ledger):
    with pytest.raises(UserError, match=r"focal/page\.yaml and .*/claims\.py differ in the claim"):
        ledger(study("focal"), claim="loss")


def test_scales_are_not_mixed_and_studies_come_once(study, ledger, tmp_path):
    with pytest.raises(UserError, match="one scale"):
        ledger(study("focal"), study("ntk", scale="smoke", decides=False))
    with pytest.raises(UserError, match="appears twice"):
        ledger(study("focal"), study("focal", file="again"))
    with pytest.raises(UserError, match="one scale"):
        ledger()
    write_json(tmp_path / "other.json", [1])
    with pytest.raises(UserError, match=r"other\.json holds no claims"):
        ledger(tmp_path / "other.json")


def test_show_prints_the_ledger_and_is_content_without_a_record(study, ledger, tmp_path, capsys):
    show_step(ledger(study()).csv, tmp_path / "none.csv")
    assert "✓ supported" in capsys.readouterr().out


def test_show_fails_where_a_recorded_claim_is_lost(study, ledger, tmp_path, capsys):
    recorded = tmp_path / "recorded.csv"
    write_table(
        pd.DataFrame({"study": ["focal"], "claim": ["gain"], "verdict": ["supported"]}), recorded
    )
    show_step(ledger(study()).csv, recorded)
    csv = ledger(study(table=TABLE.assign(gain=-TABLE["gain"]))).csv
    with pytest.raises(UserError, match="focal/gain was supported and is now contradicted"):
        show_step(csv, recorded)
    assert "✗ contradicted" in capsys.readouterr().out


def test_show_names_a_record_that_is_no_record(study, ledger, tmp_path):
    recorded = tmp_path / "recorded.csv"
    write_table(pd.DataFrame({"claim": ["gain"]}), recorded)
    with pytest.raises(UserError, match="lacks the columns study, verdict"):
        show_step(ledger(study()).csv, recorded)
