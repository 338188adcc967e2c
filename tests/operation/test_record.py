from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.operation import record
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.readme import ledger_page, parts, strip, table, with_parts
from workflow_scripts.operation.record import main
from workflow_scripts.operation.stored_run import StoredRun
from workflow_scripts.operation.thumbnails import SIDES, thumbnail

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def context():
    """The committed run."""
    return StoredRun(Run("laptop")).context()


def test_a_claim_is_a_row_and_a_bar_in_its_sentence_does_not_break_the_table(context):
    claim = replace(context.studies[0].claims[0], sentence="A | B.")
    *_, row = table([claim]).splitlines()
    assert row.startswith(rf"| A \| B. | ✓ {claim.verdict} |")
    assert row.endswith(f"| {claim.n} |")


def test_only_what_is_between_the_markers_is_written(context):
    readme = (ROOT / "README.md").read_text()
    name, text = next(iter(parts(context).items()))
    begin = f"<!-- {name}: written by `make record` -->"
    old = readme.replace(f"{begin}\n{text}\n", f"{begin}\nold\n")
    assert old != readme
    assert with_parts(old, context) == readme
    with pytest.raises(UserError, match=r"README\.md lacks the lines"):
        with_parts("no markers", context)


def test_the_readme_and_the_record_say_what_the_committed_ledger_says(context):
    readme = (ROOT / "README.md").read_text()
    assert with_parts(readme, context) == readme
    assert len(readme.splitlines()) <= 130
    assert (ROOT / "docs/ledger.md").read_text() == ledger_page(context)
    recorded = read_table(ROOT / "results/laptop/recorded-verdicts.csv")
    assert recorded.to_dict("records") == [
        {"study": claim.study, "claim": claim.claim, "verdict": claim.verdict}
        for claim in context.ledger.claims
    ]


def test_every_study_has_its_picture_its_strip_and_its_row(context):
    written = parts(context)
    for study in context.studies:
        assert f"docs/thumbnails/{study.name}.png" in written["pictures"]
        assert strip(study.claims) in written["pictures"]
        held = sum(claim.verdict is Verdict.SUPPORTED for claim in study.claims)
        assert f"| {held} of {len(study.claims)} |" in written["studies"]
        with Image.open(ROOT / f"docs/thumbnails/{study.name}.png") as picture:
            assert picture.size == SIDES
            assert len(picture.convert("L").getcolors()) > 2  # something is drawn


def test_what_did_not_hold_is_listed_and_what_held_is_not(context):
    lines = parts(context)["surprises"].splitlines()
    others = [c for s in context.studies for c in s.claims if c.verdict is not Verdict.SUPPORTED]
    assert len(lines) == len(others)
    assert not any("Supported:" in line for line in lines)
    against = [c for c in others if c.verdict is Verdict.CONTRADICTED]
    assert all("Contradicted:" in line for line in lines[: len(against)])


def test_a_thumbnail_is_the_left_part_of_a_wide_figure(tmp_path):
    wide = Image.new("RGBA", (1600, 400), "blue")
    wide.paste("red", (0, 0, 700, 400))
    wide.save(tmp_path / "a.png")
    small = thumbnail(tmp_path / "a.png").convert("RGB")
    assert small.size == SIDES
    assert small.getcolors() == [(SIDES[0] * SIDES[1], (255, 0, 0))]


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
