import numpy as np
import pytest

from tests.studies.hopfield.hopfield_example import EXAMPLE, SIZES, tables
from workflow_scripts.evidence.claims.row import Verdict

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = Verdict
judged = EXAMPLE.judge


def test_the_capacity_is_the_intercept_of_each_seeds_own_line():
    made = tables(spread=1.0)
    loads = made["critical_loads"].pivot(index="seed", columns="size", values="load")
    x = np.array(SIZES, dtype=float) ** (-2 / 3)
    expected = [np.polyfit(x, row, 1)[1] for row in loads.to_numpy()]
    row = EXAMPLE.judged({})["capacity"]
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


def test_a_capacity_beyond_the_grid_is_no_number():
    made = tables()
    made["critical_loads"].loc[0, "load"] = np.nan
    row = judged(made)["capacity"]
    assert row.verdict is NOT_RUN
    assert "every seed" in row.reason
