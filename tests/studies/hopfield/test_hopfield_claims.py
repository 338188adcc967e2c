import numpy as np
import pytest

from tests.studies.hopfield.hopfield_example import EXAMPLE, tables
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.hopfield.claims import claims
from workflow_scripts.studies.hopfield.measures import limits

judged = EXAMPLE.judge


def exhibited(made):
    return {row["claim"]: row for row in claims.exhibited(made, EXAMPLE.cfg)}


def test_the_capacity_is_the_mean_of_the_pseudo_values_of_the_first_seeds_that_decide():
    made = tables()
    row = EXAMPLE.judged({})["capacity"]
    loads = made["critical_loads"]
    first = loads[loads.seed < 100 + row.look]
    assert row.estimate == pytest.approx(limits(first).mean())
    assert row.estimate == pytest.approx(0.138, abs=2e-3)


def test_an_identity_is_shown_by_its_worst_draw_of_all_seeds_and_its_rival_by_the_least():
    made = tables()
    table = made["identities"]
    table.loc[table.index[2], "difference"] = 2e-12  # one seed of one identity
    row = exhibited(made)["is-attention"]
    assert (row["holds"], row["parts"][0]["value"]) == (False, 2e-12)
    table.loc[table.index[2], ["difference", "mismatch"]] = [1e-15, 1e-4]
    row = exhibited(made)["is-attention"]
    assert row["holds"] is False
    assert row["parts"][2]["value"] == 1e-4
    assert exhibited(made)["arc"]["holds"]


@pytest.mark.parametrize(
    ("name", "column", "of"),
    [
        ("identities", "difference", "is-attention"),
        ("energy", "rise", "energy"),
        ("separation", "of_bound", "bound"),
    ],
)
def test_an_identity_without_a_number_does_not_hold(name, column, of):
    made = tables()
    assert exhibited(made)[of]["holds"]
    made[name].loc[0, column] = np.nan
    assert exhibited(made)[of]["holds"] is False


@pytest.mark.parametrize(
    ("world", "of"), [({"rise": {"symmetric": 1.0, "one-way": 30.0}}, "energy"),
                      ({"rise": {"symmetric": 0.0, "one-way": 0.0}}, "energy"),
                      ({"of_bound": 1.1}, "bound")]
)  # fmt: skip
def test_an_identity_can_fail(world, of):
    assert exhibited(tables(**world))[of]["holds"] is False


def test_a_capacity_beyond_the_grid_decides_nothing():
    made = tables()
    made["critical_loads"].loc[0, "load"] = np.nan
    row = judged(made)["capacity"]
    assert row.verdict is Verdict.UNDECIDED
    assert "100" in row.reason
    assert exhibited(made)["exponents"]["parts"] == []


def test_a_network_without_a_share_is_neither_recalled_nor_lost():
    for cue in ("10 % flipped", "50 % replaced"):
        made = tables()
        its = (made["recall"].cue == cue) & (made["recall"].seed == 101)
        made["recall"].loc[its, "share"] = np.nan
        row = judged(made)["recall"]
        assert row.verdict is Verdict.UNDECIDED
        assert "101" in row.reason


def test_the_local_growth_is_that_from_dimension_to_dimension():
    made = tables(law="power", spread=0.0)
    shown = [part["value"] for part in exhibited(made)["local-growth"]["parts"]]
    assert shown == pytest.approx(
        [9 * np.log2(b / a) / 4 for a, b in ((8, 12), (12, 16), (16, 20))]
    )
