from types import SimpleNamespace

import numpy as np
import pytest
from descent_example import CFG, tables

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Verdict
from workflow_scripts.studies.double_descent import claims as study
from workflow_scripts.studies.double_descent.claims import claims

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_RUN,
)


def judged(made, decides=True):
    return {row.claim: row for row in claims.evaluate(made, CFG, decides)}


TRUE = judged(tables())
IDS = [claim.id for claim in claims]

# claim: worlds in which one of its parts is wrong, while its control behaves
REVERSED = {
    "model-wise-features": [
        {"peak": 40.0},
        {"beyond": 35.0},
        {"at": 400},
    ],
    "model-wise-network": [
        {"network": (50.0, 45.0, 44.0, 35.0)},  # no rise
        {"network": (50.0, 45.0, 55.0, 54.0)},  # no second descent
        {"fits_at": 6},  # the peak is elsewhere
    ],
    "epoch-wise": [{"epochs": (90.0, 40.0, 35.0, 30.0)}, {"epochs": (90.0, 30.0, 35.0, 40.0)}],
    "epoch-wise-linear": [
        {"two_scales": (1.0, 0.8, 0.5, 0.3)},
        {"two_scales": (1.0, 0.3, 0.5, 0.8)},
        {"gap": 1e-6},
    ],
    "sample-wise": [{"more_hurts": -5.0}],
    "regularisation": [{"ridge_rise": 3.0}, {"ridge_peak": 10.0}],
    "smoother": [{"norm": 6.0}, {"norm_at": 400}],
    "classical-is-local": [
        {"stopped": (48.0, 40.0, 50.0, 38.0)},
        {"narrowest": 30.0},  # no left arm
        {"valley": 82.0, "narrowest": 85.0},  # no right arm
    ],
    "scaling-law": [{"small_law": 0.0, "small_u": 0.2}],
}

# claim: worlds in which its control fails, and with it the test's power to tell
CONTROL_FAILS = {
    "model-wise-features": [{"ridge_peak": 20.0}],
    "model-wise-network": [{"network_clean": (45.0, 40.0, 50.0, 38.0)}],
    "epoch-wise": [{"epochs_clean": (90.0, 30.0, 40.0, 35.0)}],
    "epoch-wise-linear": [{"two_scales_quiet": (1.0, 0.4, 0.8, 0.1)}],
    "sample-wise": [{"ridge_more_hurts": 5.0}],
    "regularisation": [{"peak": 28.0, "valley": 30.0}],
    "smoother": [{"ridge_norm": 10.0}],
    "classical-is-local": [{"network": (50.0, 45.0, 44.0, 40.0)}],
    "scaling-law": [{"classical_u": 0.0}],
}


def test_in_a_world_where_all_is_true_every_claim_is_supported():
    found = {claim: (row.verdict, row.reason) for claim, row in TRUE.items()}
    assert {claim: verdict for claim, (verdict, _) in found.items()} == dict.fromkeys(
        IDS, SUPPORTED
    ), found
    assert all(row.control_holds for row in TRUE.values())


@pytest.mark.parametrize(
    ("claim", "change"), [(claim, change) for claim in IDS for change in REVERSED[claim]]
)
def test_every_part_of_a_claim_can_contradict_it(claim, change):
    row = judged(tables(**change))[claim]
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds


@pytest.mark.parametrize(
    ("claim", "change"), [(claim, change) for claim in IDS for change in CONTROL_FAILS[claim]]
)
def test_every_control_can_fail(claim, change):
    row = judged(tables(**change))[claim]
    assert row.verdict is OPEN
    assert row.control_holds is False, row.reason


def test_claims_are_open_where_seeds_differ_by_more_than_any_effect():
    made = tables(spread=500.0)
    found = judged({name: made[name] for name in ("networks", "epochs")})
    assert found["model-wise-network"].verdict is not SUPPORTED
    assert found["epoch-wise"].verdict is not SUPPORTED


@pytest.mark.parametrize("claim", IDS)
def test_a_claim_without_its_tables_is_not_run(claim):
    assert judged({})[claim].verdict is NOT_RUN


def test_the_smallest_scale_decides_nothing():
    assert {row.verdict for row in judged(tables(), decides=False).values()} == {NOT_RUN}


def test_a_network_that_never_fits_leaves_its_claim_not_run():
    row = judged(tables(fits_at=10_000))["model-wise-network"]
    assert row.verdict is NOT_RUN
    assert "10 %" in row.reason


def test_estimates_are_what_the_world_was_made_of():
    parts = {part.name: part.estimate for part in TRUE["model-wise-features"].parts}
    assert parts["peak to the valley before it"] == pytest.approx(80 / 30, rel=0.01)
    assert parts["peak to the valley after it"] == pytest.approx(80 / 20, rel=0.01)
    assert parts["the valley after the peak − the one before"] == pytest.approx(-10, abs=0.2)
    network = {part.name: part.estimate for part in TRUE["model-wise-network"].parts}
    assert network["peak − the valley before it"] == pytest.approx(10, abs=0.2)
    assert network["peak − the widest"] == pytest.approx(15, abs=0.2)
    assert [part.estimate for part in TRUE["sample-wise"].parts] == pytest.approx([40, 40], abs=0.2)


def test_the_step_writes_the_claims(tmp_path):
    paths = {}
    for name, table in tables().items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    output = tmp_path / "claims.json"
    study.main(
        SimpleNamespace(
            params=SimpleNamespace(cfg=CFG), input=paths, output=SimpleNamespace(claims=output)
        )
    )
    written = read_json(output)
    assert (written["study"], written["scale"], written["decides"]) == (
        "double_descent", "laptop", True,
    )  # fmt: skip
    assert [claim["claim"] for claim in written["claims"]] == IDS
    assert all(np.isfinite(claim["estimate"]) for claim in written["claims"])
