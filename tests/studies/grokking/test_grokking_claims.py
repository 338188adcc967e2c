import numpy as np
import pytest
from grokking_example import BUDGET, CFG, CHANCE, outcomes

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Verdict
from workflow_scripts.studies.grokking import claims as study
from workflow_scripts.studies.grokking.claims import claims

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_RUN,
)
IDS = [claim.id for claim in claims]


def judged(table, decides=True):
    return {row.claim: row for row in claims.evaluate({"outcomes": table}, CFG, decides)}


# claim: a world in which the opposite is true, while its control behaves
REVERSED = {
    "delayed": {"memorised": 400},
    "many-tasks": {"waits": {"permutations": 100}},
    "phase-change": {"jump": (0.3, 1.0)},
    "weight-decay": {"waits": {"weak": 1500}},
    "hidden-progress": {"share": {"restricted": 0.2, "gini": 0.4}},
    "less-data": {"waits": {"half": 9000, "main": 3000, "thirty": 500, "quarter": 100}},
    "patience": {"before": 60.0},
    "numerics": {"waits": {"orthogonal": None}},
    "stable-softmax": {"waits": {"stable": None}},
}

# claim: worlds in which its control fails
CONTROL_FAILS = {
    "delayed": [{"never": 40.0}],
    "many-tasks": [{"never": 40.0}],
    "hidden-progress": [
        {"random_share": {"restricted": 0.6, "gini": 0.0}},
        {"random_share": {"restricted": 0.0, "gini": 0.5}},
    ],
    "patience": [{"never": 90.0}],
    "numerics": [{"waits": {"none": 4000}}],
    "stable-softmax": [{"waits": {"none": 4000}}],
}


def test_in_a_world_where_all_is_true_every_claim_is_supported():
    rows = judged(outcomes())
    assert {claim: row.verdict for claim, row in rows.items()} == dict.fromkeys(IDS, SUPPORTED)
    without = [row.claim for row in rows.values() if row.control_holds is None]
    assert without == ["phase-change", "weight-decay", "less-data"]


@pytest.mark.parametrize("claim", IDS)
def test_every_claim_is_contradicted_where_its_opposite_is_true(claim):
    row = judged(outcomes(**REVERSED[claim]))[claim]
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds in (True, None)


@pytest.mark.parametrize(
    ("claim", "world"), [(claim, w) for claim, worlds in CONTROL_FAILS.items() for w in worlds]
)
def test_no_claim_is_decided_where_its_control_fails(claim, world):
    row = judged(outcomes(**world))[claim]
    assert row.verdict is OPEN, row.reason
    assert row.control_holds is False


def test_every_claim_has_a_world_against_it_and_every_control_one_too():
    assert set(REVERSED) == set(IDS)
    assert set(CONTROL_FAILS) == {claim.id for claim in claims if claim.control}


@pytest.mark.parametrize("claim", ["delayed", "weight-decay", "hidden-progress"])
def test_claims_are_inconclusive_where_seeds_differ_more_than_anything_else(claim):
    row = judged(outcomes(spread=60.0))[claim]
    assert row.verdict is not SUPPORTED


@pytest.mark.parametrize(
    ("claim", "part", "world"),
    [
        ("delayed", 1, {"before": 20.0}),  # it knew more than its training examples
        ("weight-decay", 2, {"waits": {"none": 3000}}),
        ("weight-decay", 1, {"waits": {"mild": 800, "weak": 7000}}),
        ("hidden-progress", 1, {"share": {"restricted": 0.7, "gini": 0.1}}),
        ("less-data", 1, {"waits": {"quarter": 5000}}),
        ("patience", 1, {"before": 20.0}),
    ],
)
def test_a_claim_needs_each_of_its_parts(claim, part, world):
    row = judged(outcomes(**world))[claim]
    assert row.verdict is CONTRADICTED
    failed = [n for n, each in enumerate(row.parts) if each.verdict is CONTRADICTED]
    assert failed == [part]


def test_networks_that_never_generalise_count_with_their_budget():
    table = outcomes()
    weak = (table.condition == "weak") & (table.seed < 5)
    table.loc[weak, "generalised"] = np.nan
    (part,) = [p for p in judged(table)["weight-decay"].parts if p.name.startswith("steps at 0.1")]
    waits = {n: table[table.condition == n].set_index("seed").generalised for n in ("weak", "mild")}
    expected = np.exp(np.log(waits["weak"].fillna(BUDGET) / waits["mild"]).mean())
    assert part.estimate == pytest.approx(expected)
    assert part.n == 10


def test_shares_and_delays_are_what_they_say():
    rows = judged(outcomes(spread=0.0))
    assert [part.estimate for part in rows["delayed"].parts] == pytest.approx([20, 1])
    assert rows["phase-change"].estimate == pytest.approx(0.4 / 0.6)
    assert [part.estimate for part in rows["hidden-progress"].parts] == pytest.approx([0.7, 0.4])
    assert rows["patience"].parts[0].estimate == pytest.approx(99.5 - CHANCE)


def test_the_wait_for_less_data_is_a_factor_for_ten_points():
    table = outcomes(spread=0.0)
    by_share = {"half": 0.5, "main": 0.4, "thirty": 0.3, "quarter": 0.25}
    for name, share in by_share.items():
        table.loc[table.condition == name, "generalised"] = 500 * 3 ** ((0.5 - share) / 0.1)
    assert judged(table)["less-data"].parts[0].estimate == pytest.approx(3)


def test_a_condition_that_was_not_trained_leaves_its_claims_undecided():
    table = outcomes()
    rows = judged(table[table.condition != "stable"])
    assert rows["stable-softmax"].verdict is NOT_RUN
    assert "condition = stable" in rows["stable-softmax"].reason
    assert rows["numerics"].verdict is SUPPORTED
    unlearned = table.assign(memorised=np.nan)
    assert "learned its training examples" in judged(unlearned)["delayed"].reason
    waiting = table.assign(reached_90=np.nan)
    assert judged(waiting)["phase-change"].verdict is NOT_RUN
    unconverged = table.assign(accuracy_converged=np.nan)
    assert judged(unconverged)["patience"].verdict is NOT_RUN


def test_smoke_decides_nothing():
    assert {row.verdict for row in judged(outcomes(), decides=False).values()} == {NOT_RUN}


def test_the_step_writes_what_it_judged(tmp_path):
    from types import SimpleNamespace

    write_table(outcomes(), tmp_path / "outcomes.csv")
    target = tmp_path / "claims.json"
    study.main(
        SimpleNamespace(
            input={"outcomes": str(tmp_path / "outcomes.csv")},
            output=SimpleNamespace(claims=str(target)),
            params=SimpleNamespace(cfg=CFG),
        )
    )
    written = read_json(target)
    assert written["study"] == "grokking"
    assert [row["claim"] for row in written["claims"]] == IDS
    assert {row["verdict"] for row in written["claims"]} == {"supported"}
