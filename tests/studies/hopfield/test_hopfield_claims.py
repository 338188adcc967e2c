from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from hopfield_example import CFG, SIZES, tables

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Verdict
from workflow_scripts.studies.hopfield import claims as study
from workflow_scripts.studies.hopfield.claims import claims

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_RUN,
)
READ = (
    "recall",
    "energy",
    "critical_loads",
    "correlated",
    "bits",
    "dense_capacity",
    "separation",
    "regimes",
    "identities",
)


def judged(made, decides=True):
    return {row.claim: row for row in claims.evaluate(made, CFG, decides)}


TRUE = judged(tables())
IDS = [claim.id for claim in claims]
IMAGES = {"random, Hebb": 0.99, "images, Hebb": 0.1, "images, pseudo-inverse": 0.99}

# claim: worlds in which it is not true, while its control behaves
REVERSED = {
    "recall": [{"recalled": 0.8}, {"rise": {"symmetric": 1.0, "one-way": 30.0}}],
    "capacity": [{"limit": 0.12}, {"limit": 0.16}],
    "exponential": [{"growth": 0.3}, {"bend": 6.0, "spread": 0.1}],
    "dense-memory": [{"powers": {2: 1.0, 3: 2.5, 4: 3.0}}, {"powers": {2: 1.0, 3: 2.0, 4: 2.5}}],
    "is-attention": [{"difference": 1e-11}],
    "one-step": [{"of_bound": 1.1}, {"falling": -0.5}, {"error": 0.05}],
    "beta": [{"average": (0.3, 1.0)}, {"retrieval": (1.0, 0.3)}, {"blend": 70.0}],
    "arc": [{"difference": 1e-11}],
}
# claim: worlds in which its control fails
CONTROL_FAILS = {
    "recall": [{"overloaded": 0.9}, {"rise": {"symmetric": 0.0, "one-way": 0.0}}],
    "capacity": [
        {"images": IMAGES | {"images, Hebb": 0.9}},
        {"images": IMAGES | {"images, pseudo-inverse": 0.5}},
        {"images": IMAGES | {"random, Hebb": 0.5}},
    ],
    "exponential": [{"powers": {2: 2.0, 3: 2.0, 4: 3.0}}],
    "dense-memory": [{"powers": {2: 1.6, 3: 2.0, 4: 3.0}}],
    "is-attention": [{"mismatch": 1e-15}],
    "one-step": [{"of_double_bound": 0.9}, {"close": 0.1}],
    "beta": [{"average": (0.01, 0.3)}, {"retrieval": (0.3, 0.001)}],
    "arc": [{"mismatch": 1e-15}],
}
EXACT = {"is-attention", "arc"}


def pairs(worlds):
    return [(claim, world) for claim, each in worlds.items() for world in each]


def test_in_a_world_where_all_is_true_every_claim_is_supported():
    assert {claim: row.verdict for claim, row in TRUE.items()} == dict.fromkeys(IDS, SUPPORTED)
    assert all(row.control_holds is True for row in TRUE.values())


@pytest.mark.parametrize(("claim", "world"), pairs(REVERSED))
def test_every_claim_is_contradicted_where_it_is_not_true(claim, world):
    row = judged(tables(**world))[claim]
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds is True


@pytest.mark.parametrize(("claim", "world"), pairs(CONTROL_FAILS))
def test_no_claim_is_decided_where_its_control_fails(claim, world):
    row = judged(tables(**world))[claim]
    assert row.verdict is not SUPPORTED
    assert row.control_holds is False


@pytest.mark.parametrize("claim", [claim for claim in IDS if claim not in EXACT])
def test_every_measured_claim_is_inconclusive_where_seeds_differ_more_than_the_effect(claim):
    row = judged(tables(spread=300.0))[claim]
    assert row.verdict in (OPEN, NOT_RUN), row.reason


def test_every_claim_and_every_control_has_a_world_against_it():
    assert set(REVERSED) == set(CONTROL_FAILS) == set(IDS)
    assert all(claim.control for claim in claims)


def test_the_capacity_is_the_intercept_of_each_seeds_own_line():
    made = tables(spread=1.0)
    loads = made["critical_loads"].pivot(index="seed", columns="size", values="load")
    x = np.array(SIZES, dtype=float) ** (-2 / 3)
    expected = [np.polyfit(x, row, 1)[1] for row in loads.to_numpy()]
    row = TRUE["capacity"]
    assert row.estimate == pytest.approx(np.mean(expected))
    assert row.estimate == pytest.approx(0.138, abs=1e-3)
    assert row.n == len(expected)


def test_an_identity_is_judged_by_the_worst_draw_of_all_seeds_and_its_control_by_the_least():
    made = tables()
    table = made["identities"]
    table.loc[table.index[2], "difference"] = 2e-12  # one seed of one identity
    row = judged(made)["is-attention"]
    assert (row.verdict, row.estimate, row.n) == (CONTRADICTED, 2e-12, 5)
    table.loc[table.index[2], ["difference", "mismatch"]] = [1e-15, 1e-4]
    row = judged(made)["is-attention"]
    assert row.verdict is OPEN
    assert row.control_side.estimate == 1e-4
    assert judged(made)["arc"].verdict is SUPPORTED


@pytest.mark.parametrize("name", READ)
def test_without_a_table_its_claims_are_not_run(name):
    made = tables()
    del made[name]
    assert NOT_RUN in {row.verdict for row in judged(made).values()}


def test_a_capacity_beyond_the_grid_is_no_number():
    made = tables()
    made["critical_loads"].loc[0, "load"] = np.nan
    row = judged(made)["capacity"]
    assert row.verdict is NOT_RUN
    assert "every seed" in row.reason


def test_nothing_is_decided_at_the_smoke_scale():
    assert {row.verdict for row in judged(tables(), decides=False).values()} == {NOT_RUN}


@pytest.mark.parametrize(("scale", "verdict"), [("laptop", "supported"), ("smoke", "not run")])
def test_the_step_reads_tables_and_writes_the_claims(tmp_path, scale, verdict):
    made, paths = tables(), {}
    for name in READ:
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(made[name], paths[name])
    output = tmp_path / "claims.json"
    params = SimpleNamespace(cfg=CFG | {"scale": scale})
    study.main(
        SimpleNamespace(input=paths, output=SimpleNamespace(claims=str(output)), params=params)
    )
    content = read_json(output)
    assert content["study"] == "hopfield"
    assert {claim["verdict"] for claim in content["claims"]} == {verdict}


def test_the_page_speaks_of_claims_and_figures_that_there_are(request):
    from workflow_scripts.studies.hopfield.figures import FIGURES

    path = request.config.rootpath / "workflow_scripts" / "studies" / "hopfield" / "page.yaml"
    page = yaml.safe_load(path.read_text())
    assert [figure["file"] for figure in page["figures"]] == [f"{name}.svg" for name in FIGURES]
    assert {published["claim"] for published in page["published"]} <= set(IDS)
    keys = {reference["key"] for reference in page["references"]}
    for claim in claims:
        assert any(key in claim.source for key in keys), claim.source
