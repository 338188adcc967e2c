import json
import math

import pytest

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.claims.row import Part, Verdict
from workflow_scripts.evidence.paper.forest import LIMIT, balanced, distance, place

LEDGER = PACKAGE.parent / "results" / "laptop" / "claims.json"


def part(**given):
    facts = {"verdict": Verdict.SUPPORTED, "p": 0.001, "seeds_needed": None, "n": 10}
    return Part(**{**facts, **given})


def test_a_difference_in_standard_deviations_of_a_seed():
    given = part(estimate=3.0, low=1.0, high=5.0, margin=(1.0,), rule="> 1 pp", sd=2.0, effect=1.0)
    found = distance(given)
    assert (found.estimate, found.low, found.high) == (1.0, 0.0, 2.0)


def test_a_rule_that_asks_for_less_counts_the_other_way():
    given = part(
        estimate=-3.0, low=-5.0, high=1.0, margin=(0.0,), rule="< 0 pp", sd=2.0, effect=1.5
    )
    found = distance(given)
    assert (found.estimate, found.low, found.high) == (1.5, -0.5, 2.5)


def test_a_ratio_is_measured_in_logarithms():
    given = part(
        estimate=math.e**3,
        low=math.e,
        high=math.e**5,
        margin=(math.e,),
        rule="> 2.718 ×",
        sd=0.5,
        effect=4.0,
    )
    found = distance(given)
    assert found.estimate == pytest.approx(4)
    assert found.low == pytest.approx(0)
    assert found.high == pytest.approx(8)


def test_a_rule_with_two_margins_is_measured_from_the_nearer_one():
    given = part(
        estimate=0.8, low=0.5, high=1.1, margin=(0.0, 1.0), rule="in [0, 1]", sd=0.1, effect=2.0
    )
    found = distance(given)
    assert found.estimate == pytest.approx(2)
    assert found.low == pytest.approx(-1)  # beyond the upper margin
    assert found.high == pytest.approx(5)


def test_an_end_that_is_missing_is_infinite():
    given = part(estimate=3.0, low=None, high=None, margin=(1.0,), rule="> 1", sd=2.0, effect=1.0)
    assert distance(given).low == -math.inf
    assert distance(given).high == math.inf
    assert place(math.inf) == 100
    assert place(-math.inf) == 0


@pytest.mark.parametrize(
    "lacking", [{"estimate": None}, {"sd": 0.0}, {"sd": None}, {"effect": None}, {"margin": ()}]
)
def test_what_has_no_spread_or_no_margin_has_no_place(lacking):
    given = {"estimate": 3.0, "low": 1.0, "high": 5.0, "margin": (1.0,), "sd": 2.0, "effect": 1.0}
    assert distance(part(rule="> 1 pp", **{**given, **lacking})) is None


def test_the_axis_is_symmetric_rises_and_ends():
    at = [place(value) for value in (-1e9, -LIMIT, -1, 0, 0.5, 1, 10, LIMIT, 1e9)]
    assert at[0] == at[1] == 0
    assert at[3] == 50
    assert at[-1] == at[-2] == 100
    assert at[2] + at[5] == pytest.approx(100)
    assert at[1:-1] == sorted(at[1:-1])


def test_no_interval_of_the_committed_ledger_contradicts_its_verdict():
    rows = json.loads(LEDGER.read_text())["claims"]
    parts = [
        Part(**{**each, "margin": tuple(each["margin"]), "verdict": Verdict(each["verdict"])})
        for row in rows
        for each in [*row["parts"], *row["control_parts"]]
    ]
    drawn = [(each, distance(each)) for each in parts]
    placed = [(each, found) for each, found in drawn if found is not None]
    assert len(placed) > len(parts) / 2
    for each, found in placed:
        assert found.low <= found.estimate <= found.high
        assert abs(found.estimate) == pytest.approx(each.effect)
        if each.verdict is Verdict.SUPPORTED:
            assert found.low >= 0
        if each.verdict is Verdict.CONTRADICTED:
            assert found.high <= 0
        if each.verdict is Verdict.UNDECIDED and len(each.margin) == 1:
            assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("sizes", "first"), [([], 0), ([5], 1), ([3, 3], 1), ([1, 1, 10], 2), ([10, 1, 1], 1)]
)
def test_columns_are_balanced(sizes, first):
    assert balanced(sizes) == first
