import pandas as pd
import pytest

from workflow_scripts.evidence.claims.evidence import Measured, Tables, paired, per_seed
from workflow_scripts.evidence.statistics.intervals import NoData

LEVELS = pd.DataFrame(
    {
        "arm": ["ticket"] * 3 + ["dense"] * 3,
        "level": [7] * 6,
        "seed": [2, 0, 1, 0, 1, 2],
        "accuracy": [92.0, 90.0, 91.0, 89.5, 90.5, 91.5],
    }
)


def test_arms_are_paired_by_seed_whatever_the_order_of_rows():
    ticket = per_seed(LEVELS, "accuracy", arm="ticket", level=7)
    dense = per_seed(LEVELS, "accuracy", arm="dense")
    assert paired(ticket, dense).to_dict() == {0: 0.5, 1: 0.5, 2: 0.5}


def test_a_missing_arm_is_named():
    with pytest.raises(NoData, match="arm = shuffled, level = 7"):
        per_seed(LEVELS, "accuracy", arm="shuffled", level=7)


def test_seeds_of_one_arm_only_are_refused_by_number():
    ticket = per_seed(LEVELS, "accuracy", arm="ticket")
    with pytest.raises(ValueError, match=r"\[2\]"):
        paired(ticket, ticket.drop(2))


def test_a_selection_that_is_not_one_condition_is_refused():
    with pytest.raises(ValueError, match="more than one accuracy per seed"):
        per_seed(LEVELS, "accuracy", level=7)


def test_tables_name_what_is_missing_or_empty():
    tables = Tables({"levels": LEVELS, "none": LEVELS.head(0)})
    assert tables["levels"] is LEVELS
    with pytest.raises(NoData, match="curves is missing"):
        tables["curves"]
    with pytest.raises(NoData, match="none is empty"):
        tables["none"]


def test_measured_from_seeds_and_exact():
    assert Measured.from_seeds([1.0, 2.0, 3.0], name="early").interval.estimate == 2.0
    exact = Measured.exact(1e-13).interval
    assert exact.deterministic
    assert exact.low == exact.high == 1e-13
    assert exact.n == 1
    assert Measured.exact(1e-13, n=7).interval.n == 7  # the worst of seven seeds
    with pytest.raises(NoData):
        Measured.from_seeds([])
