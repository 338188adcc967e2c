import numpy as np
import pytest

from tests.studies.grokking.grokking_example import BUDGET, CHANCE, EXAMPLE, outcomes
from workflow_scripts.evidence.claims.row import Verdict

SUPPORTED, CONTRADICTED, _, NOT_RUN = Verdict


def judged(table):
    return EXAMPLE.judge({"outcomes": table})


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
