"""Nothing is decided from tables that cannot be those of the configured seeds."""

import numpy as np
import pandas as pd
import pytest

from tests.evidence.claims.worlds import accuracies, judge
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.claim import Verdict

GOOD = accuracies(0.2)


def changed(where, **values):
    table = GOOD.copy()
    for column, value in values.items():
        table.loc[where, column] = value
    return table


def copied():
    table = GOOD.copy()
    ones = table[table.seed == 101].assign(seed=102)
    return pd.concat([table[table.seed != 102], ones], ignore_index=True)


ODD = {
    "no row of a configured seed": (GOOD[GOOD.seed != 103], r"no table has a row .*\[103\]"),
    "a seed missing in one arm": (
        GOOD[(GOOD.seed != 103) | (GOOD.arm != "ticket")],
        r"matching-ticket: seeds \[103\] are in one arm only",
    ),
    "a seed missing in all arms at the end": (GOOD[GOOD.seed < 104], r"no table has .*\[104\]"),
    "a row twice": (pd.concat([GOOD, GOOD.tail(1)], ignore_index=True), "seed 104 twice"),
    "two values of a seed": (
        pd.concat([GOOD, GOOD.tail(1).assign(accuracy=1.0)], ignore_index=True),
        "more than one accuracy per seed",
    ),
    "a strange seed": (changed(GOOD.seed == 104, seed=7), r"\[7\], which are not configured"),
    "a seed copied": (copied(), "seeds 101 and 102 have the same numbers in every table"),
}


@pytest.mark.parametrize(("table", "said"), ODD.values(), ids=ODD)
def test_odd_tables_are_refused_with_what_is_odd(table, said):
    with pytest.raises(UserError, match=said):
        judge(table, configured=5)


def test_seeds_missing_in_every_arm_of_a_claim_are_missing_from_its_look():
    table = pd.concat([GOOD, GOOD.assign(arm="other", accuracy=GOOD.accuracy + 1)])
    gone = table[(table.arm == "other") | (table.seed != 103)]
    with pytest.raises(UserError, match="has 4 seeds, and the look 5"):
        judge(gone, configured=5)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("arm", ["ticket", "dense", "random"])
def test_a_value_that_is_not_finite_leaves_the_claim_undecided_and_names_the_seed(arm, value):
    row = judge(changed((GOOD.seed == 102) & (GOOD.arm == arm), accuracy=value))
    assert row.verdict is Verdict.UNDECIDED
    assert "no finite value at seeds [102]" in row.reason
    assert "diverged" in row.reason


def test_what_happens_to_later_seeds_changes_no_earlier_look():
    table = accuracies(0.2, n=10)
    table.loc[(table.seed == 107) & (table.arm == "ticket"), "accuracy"] = np.nan
    assert judge(table).verdict is Verdict.SUPPORTED
