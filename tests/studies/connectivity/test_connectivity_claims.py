from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from connectivity_example import CFG, SEEDS, WORLD, tables

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Verdict
from workflow_scripts.studies.connectivity import claims as study
from workflow_scripts.studies.connectivity.claims import claims

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_RUN,
)
NOISY = 200.0  # then seeds differ by more than any effect
IDS = [claim.id for claim in claims]


def judged(made, decides=True):
    return {row.claim: row for row in claims.evaluate(made, CFG, decides)}


def excess(**changed):
    return {"excess": WORLD["excess"] | changed}


def branches(**changed):
    return {"branches": {c: WORLD["branches"][c] | changed.get(c, {}) for c in WORLD["branches"]}}


# claim: worlds in which a part of it is false, while its control behaves
REVERSED = {
    "line-barrier": [{"line": 0.1}],
    "curved-path": [excess(bezier=4.0)],
    "chain": [excess(chain=4.0), excess(band=4.0)],
    "swa": [{"gain": -1.0}, {"flatter": 1.5}],
    "soup-same-basin": [{"greedy": -0.5}],
    "same-basin": [branches(lenet={500: 5.0}), branches(resnet={500: 5.0})],
    "permutation": [
        {"removed": {38: 0.4, 75: 0.3, 150: 0.2, 300: 0.1}},
        {"removed": {38: -0.5, 75: -0.4, 150: -0.3, 300: -0.2}},
    ],
}

# claim: worlds in which its control fails, and with it the test's power to tell
CONTROL_FAILS = {
    "line-barrier": [{"late": 0.5}],
    "curved-path": [excess(line=0.5)],
    "chain": [excess(line=0.5)],
    "swa": [{"annealed gain": 0.6}, {"annealed gain": -0.6}],
    "soup-same-basin": [{"independent": -1.0}],
    "same-basin": [branches(resnet={0: 1.0})],
    "permutation": [
        {"copy": {"as trained": 0.05, "matched": 0.0}},
        {"copy": {"as trained": 1.2, "matched": 0.01}},
    ],
}

# claim: a world on its margin
MARGIN = {
    "line-barrier": {"line": 0.3},
    "curved-path": excess(bezier=1.0),
    "chain": excess(chain=1.0),
    "swa": {"gain": 0.0},
    "soup-same-basin": {"greedy": -0.05},
    "same-basin": branches(lenet={500: 2.0}),
    "permutation": {"removed": dict.fromkeys((38, 75, 150, 300), 0.3)},
}


def test_in_a_world_where_all_is_true_every_claim_is_supported():
    found = judged(tables())
    assert {claim: row.verdict for claim, row in found.items()} == dict.fromkeys(IDS, SUPPORTED)
    assert all(row.control_holds for row in found.values())


@pytest.mark.parametrize(
    ("claim", "world"), [(claim, w) for claim, worlds in REVERSED.items() for w in worlds]
)
def test_every_claim_is_contradicted_where_a_part_of_it_is_false(claim, world):
    row = judged(tables(**world))[claim]
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds


@pytest.mark.parametrize("claim", IDS)
def test_every_claim_is_inconclusive_where_seeds_differ_more_than_arms(claim):
    row = judged(tables(spread=NOISY))[claim]
    assert row.verdict is OPEN, row.reason


@pytest.mark.parametrize(
    ("claim", "world"), [(claim, w) for claim, worlds in CONTROL_FAILS.items() for w in worlds]
)
def test_no_claim_is_decided_where_its_control_fails(claim, world):
    row = judged(tables(**world))[claim]
    assert row.verdict is OPEN, row.reason
    assert row.control_holds is False
    assert "the control" in row.reason


@pytest.mark.parametrize("claim", IDS)
def test_on_the_margin_nothing_is_decided(claim):
    assert judged(tables(**MARGIN[claim]))[claim].verdict is OPEN


def test_every_claim_has_worlds_against_it_and_every_control_too():
    assert set(REVERSED) == set(CONTROL_FAILS) == set(MARGIN) == set(IDS)
    assert all(claim.control for claim in claims)
    assert len(IDS) == 7


@pytest.mark.parametrize("name", ["paths", "branches", "matching", "averages", "soups"])
def test_a_table_that_is_missing_leaves_its_claims_not_run(name):
    made = tables()
    del made[name]
    rows = judged(made)
    lost = {claim for claim, row in rows.items() if row.verdict is NOT_RUN}
    assert lost
    assert all(name in rows[claim].reason for claim in lost)


def test_smoke_decides_nothing():
    assert {row.verdict for row in judged(tables(), decides=False).values()} == {NOT_RUN}


def test_the_barrier_is_judged_on_both_sets():
    made = tables()
    paths = made["paths"]
    paths.loc[(paths.kind == "line") & (paths.split == "train"), "loss_barrier"] = 0.1
    assert judged(made)["line-barrier"].verdict is CONTRADICTED


def test_copies_are_judged_where_they_part_last():
    """The claim holds although copies that part earlier are not connected."""
    world = branches(resnet={20: 50.0})
    assert judged(tables(**world))["same-basin"].verdict is SUPPORTED


def test_every_source_is_in_the_references_of_the_page():
    page = yaml.safe_load(Path(study.__file__).with_name("page.yaml").read_text())
    keys = {reference["key"] for reference in page["references"]}
    for claim in claims:
        assert any(key in claim.source for key in keys), claim.id
    assert {published["claim"] for published in page["published"]} < set(IDS)


def test_the_step_reads_its_tables_and_writes_the_claims(tmp_path):
    paths = {}
    for name in ("paths", "branches", "matching", "averages", "soups"):
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(tables()[name], paths[name])
    output = SimpleNamespace(claims=str(tmp_path / "claims.json"))
    study.main(SimpleNamespace(input=paths, output=output, params=SimpleNamespace(cfg=CFG)))
    written = read_json(output.claims)
    assert [row["claim"] for row in written["claims"]] == IDS
    assert len(SEEDS) == 5
