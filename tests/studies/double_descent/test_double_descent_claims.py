import pytest

from tests.studies.double_descent.double_descent_example import EXAMPLE, tables
from workflow_scripts.evidence.claims.row import Verdict

TRUE = EXAMPLE.judged({})


def test_claims_are_open_where_seeds_differ_by_more_than_any_effect():
    made = tables(spread=500.0)
    found = EXAMPLE.judge({name: made[name] for name in ("networks", "epochs")})
    assert found["model-wise-network"].verdict is not Verdict.SUPPORTED
    assert found["epoch-wise"].verdict is not Verdict.SUPPORTED


def test_a_network_that_never_fits_leaves_its_claim_not_run():
    row = EXAMPLE.judged({"fits_at": 10_000})["model-wise-network"]
    assert row.verdict is Verdict.NOT_RUN
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
