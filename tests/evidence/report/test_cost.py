import pytest

from workflow_scripts.evidence.report.cost import (
    Cost,
    by_rule,
    by_study,
    costs_of,
    overhead_share,
    total,
)
from workflow_scripts.evidence.report.records import Stage

STUDIES = ("lottery", "hopfield")


def stage(rule, output, seconds, cpu=None, memory=None, work=None):
    return Stage(
        rule=rule,
        outputs={output: "0"},
        seconds=seconds,
        cpu_seconds=cpu,
        memory_mb=memory,
        work_seconds=work,
    )


STAGES = [
    stage("lottery_train", "results/laptop/lottery/checkpoints/0-3.x", 10.5, 9.0, 500.0, 9.5),
    stage("lottery_train", "results/laptop/lottery/checkpoints/4-7.x", 20.5, 19.0, 300.0, 20.0),
    stage("lottery_claims", "results/laptop/lottery/claims.json", 0.5, None, 0.0),
    stage("hopfield_recall", "results/laptop/hopfield/tables/recall.csv", 1.0, 1.0, 90.0, 0.5),
    stage("data_digits", "data/digits/images.npy", 4.0),
    stage("lottery_old", "results/laptop/lottery/tables/old.csv", None, work=7.0),
]


@pytest.fixture
def jobs():
    return costs_of(STAGES, STUDIES)


def test_sums_times_takes_the_highest_memory_and_skips_what_was_not_measured(jobs):
    assert by_study(jobs) == {
        "lottery": Cost(4, 31.5, 28.0, 500.0),
        "hopfield": Cost(1, 1.0, 1.0, 90.0),
        "data": Cost(1, 4.0, None, None),
    }
    assert total(jobs) == Cost(6, 36.5, 29.0, 500.0)


def test_by_rule_puts_the_dearest_first_and_keeps_unknowns_unknown(jobs):
    costs = by_rule(jobs, "lottery")
    assert list(costs) == ["lottery_train", "lottery_claims", "lottery_old"]
    assert costs["lottery_train"] == Cost(2, 31.0, 28.0, 500.0)
    assert costs["lottery_claims"] == Cost(1, 0.5, None, None)
    assert costs["lottery_old"] == Cost(1, None, None, None)


def test_no_stages_at_all():
    assert total(costs_of([], STUDIES)) == Cost(0, None, None, None)


def test_overhead_is_what_is_not_work_where_both_are_known():
    assert overhead_share(STAGES) == pytest.approx(1 - 30.0 / 32.0)
    assert overhead_share(STAGES[4:]) is None
    assert overhead_share([stage("a_b", "x", 1.0, work=1.2)]) == 0.0


def test_a_step_that_writes_of_several_studies_belongs_to_none():
    """The ledger has a file for each claim, in a folder for each study."""
    shared = ["results/laptop/claims.csv", "results/laptop/metrics/lottery/a.json"]
    several = [*shared[1:], "results/laptop/metrics/hopfield/b.json"]
    for outputs in (shared, several):
        assert (
            Stage(rule="ledger", outputs=dict.fromkeys(outputs, "0")).study(frozenset(STUDIES))
            is None
        )
    own = ["results/laptop/lottery/tables/a.csv", "results/laptop/lottery/tables/b.csv"]
    stage_ = Stage(rule="lottery_tables", outputs=dict.fromkeys(own, "0"))
    assert stage_.study(frozenset(STUDIES)) == "lottery"
