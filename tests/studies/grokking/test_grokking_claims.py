import numpy as np
import pytest

from tests.studies.grokking.grokking_example import CHANCE, EXAMPLE, NEVER, outcomes, tables
from workflow_scripts.evidence.claims.row import Verdict

OTHERS = tables()


def judged(table):
    return EXAMPLE.judge(OTHERS | {"outcomes": table})


def judged_alone(claim, table):
    return EXAMPLE.judge_alone(claim, OTHERS | {"outcomes": table})


@pytest.mark.parametrize(
    ("claim", "part", "world"),
    [
        ("delayed", 0, {"known": 400}),
        ("delayed", 2, {"before": 20.0}),  # it knew more than its training examples
        ("many-tasks", 2, {"waits": {"subtraction": None}}),
        ("weight-decay", 2, {"waits": {"none": 3000}}),
        ("weight-decay", 0, {"waits": {"main": 2600, "mild": 1500, "weak": 1000}}),
        ("hidden-progress", 1, {"share": {"restricted": 0.7, "gini": 0.1}}),
        ("less-data", 2, {"waits": {"quarter": 14000}}),
        ("patience", 0, {"before": 20.0}),
        ("patience", 1, {"waits": {"main": None}}),
    ],
)
def test_a_claim_needs_each_of_its_parts(claim, part, world):
    row = judged_alone(claim, outcomes(**world))
    assert row.verdict is Verdict.CONTRADICTED
    failed = [n for n, each in enumerate(row.parts) if each.verdict is Verdict.CONTRADICTED]
    assert failed == [part]


def test_a_budget_is_never_the_time_of_a_network_that_did_not_generalise():
    """With longer budgets, what is estimated of those that did not is longer or the same."""
    short = outcomes(**NEVER)
    long = short.assign(end=10 * short.end, budget=10 * short.budget)
    longer = judged(long)
    for claim, row in judged(short).items():
        assert row.verdict not in (Verdict.SUPPORTED, Verdict.NOT_RUN), claim
        assert longer[claim].verdict is row.verdict


def test_a_network_that_did_not_generalise_is_known_to_have_waited_and_counts_against_whether():
    table = outcomes()
    main = (table.condition == "main") & (table.seed == 103)
    table.loc[main, ["generalised", "reached_10", "reached_50", "reached_90"]] = np.nan
    rows = judged(table)
    assert rows["delayed"].parts[1].estimate == 0.95
    assert rows["delayed"].look == 20  # nine of ten are not enough
    assert rows["delayed"].verdict is Verdict.SUPPORTED
    assert rows["hidden-progress"].verdict is Verdict.UNDECIDED
    assert "103" in rows["hidden-progress"].reason


def test_without_three_times_the_wait_at_the_next_share_never_is_not_said():
    table = outcomes()
    longest = table[table.condition == "thirty"].generalised.max()
    for budget, verdict in ((3 * longest, "supported"), (2 * longest, "undecided")):
        waited = table.budget.where(table.condition != "quarter", budget)
        row = judged_alone("less-data", table.assign(budget=waited))
        assert row.verdict == verdict
        assert (verdict == "supported") != ("not 3 times the longest wait" in row.reason)
    none = table.assign(generalised=table.generalised.where(table.condition != "thirty"))
    assert judged_alone("less-data", none).verdict is Verdict.UNDECIDED


def test_a_control_that_diverged_shows_nothing():
    table = outcomes()
    for condition, claim in (("random", "delayed"), ("none", "numerics")):
        gone = table.accuracy.where(table.condition != condition)
        row = judged_alone(claim, table.assign(accuracy=gone))
        assert row.verdict is Verdict.UNDECIDED
        assert "no finite value at seeds" in row.reason


def test_shares_and_delays_are_what_they_say():
    rows = judged(outcomes(spread=0.001))
    assert [part.estimate for part in rows["delayed"].parts] == pytest.approx([20, 1, 1], rel=0.01)
    assert rows["phase-change"].parts[0].estimate == pytest.approx(0.4 / 0.6, rel=0.01)
    assert [p.estimate for p in rows["hidden-progress"].parts] == pytest.approx([0.7, 0.4], 0.01)
    assert rows["weight-decay"].control_side.estimate == pytest.approx(1, rel=0.01)
    trained = outcomes()
    trained["accuracy_memorised"] = 2.1 * CHANCE
    assert judged_alone("delayed", trained).verdict is Verdict.CONTRADICTED


def test_a_condition_that_was_not_trained_leaves_its_claims_undecided():
    table = outcomes()
    rows = judged(table[table.condition != "stable"])
    assert rows["stable-softmax"].verdict is Verdict.NOT_RUN
    assert "condition = stable" in rows["stable-softmax"].reason
    assert rows["numerics"].verdict is Verdict.SUPPORTED


def test_the_precision_is_counted():
    (shown,) = EXAMPLE.claims.exhibited(tables(waits={"rounded": None}), EXAMPLE.cfg)
    assert [part["value"] for part in shown["parts"]] == [1, 0]
