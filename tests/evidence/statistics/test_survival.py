import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.survival import kaplan_meier, log_rank, median_time

waits = some.lists(some.tuples(some.integers(0, 20), some.booleans()), min_size=1, max_size=15)


def product_limit(times, happened):
    """The estimator by its definition: at each event, the share of those at risk that stay."""
    stay, rows = 1.0, []
    for time in sorted({t for t, did in zip(times, happened, strict=True) if did}):
        at_risk = sum(t >= time for t in times)
        events = sum(t == time and did for t, did in zip(times, happened, strict=True))
        stay *= 1 - events / at_risk
        rows.append((time, 1 - stay, at_risk))
    return rows


@settings(max_examples=100)
@given(waits)
def test_the_curve_is_the_product_of_the_shares_that_stay(sample):
    times, happened = zip(*sample, strict=True)
    curve = kaplan_meier(times, happened)
    expected = product_limit(times, happened)
    assert curve.time.tolist() == [row[0] for row in expected]
    assert curve.share.to_numpy() == pytest.approx([row[1] for row in expected])
    assert curve.at_risk.tolist() == [row[2] for row in expected]
    assert (curve.low <= curve.share + 1e-12).all()
    assert (curve.high >= curve.share - 1e-12).all()
    assert curve[["low", "high"]].to_numpy().min(initial=0) >= 0
    assert curve[["low", "high"]].to_numpy().max(initial=1) <= 1


def test_with_nobody_censored_it_is_the_share_that_it_has_happened_to():
    curve = kaplan_meier([3, 1, 2, 4], [True] * 4)
    assert curve.time.tolist() == [1, 2, 3, 4]
    assert curve.share.tolist() == pytest.approx([0.25, 0.5, 0.75, 1])


def test_the_interval_is_greenwoods_on_the_log_minus_log_scale():
    times, happened = [1, 2, 3, 4, 5, 6], [True, True, False, True, False, True]
    curve = kaplan_meier(times, happened).set_index("time")
    stay = (5 / 6) * (4 / 5)
    variance = 1 / (6 * 5) + 1 / (5 * 4)
    spread = 1.959963985 * math.sqrt(variance) / math.log(stay)
    ends = sorted(1 - stay ** math.exp(sign * spread) for sign in (1, -1))
    assert [curve.low[2], curve.high[2]] == pytest.approx(ends)


def test_where_it_has_happened_to_all_the_interval_reaches_from_the_last_low_end_to_one():
    curve = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert curve.low.iloc[-1] == curve.low.iloc[-2] > 0
    assert curve.high.iloc[-1] == 1
    alone = kaplan_meier([3], [True])
    assert alone[["share", "low", "high"]].to_numpy().tolist() == [[1, 0, 1]]


def test_the_median_is_when_half_of_them_are_there_and_infinite_if_never():
    assert median_time([1, 2, 3, 4], [True] * 4) == 2
    assert median_time([1, 2, 3], [True] * 3) == 2
    assert median_time([5, 9, 9], [True, False, False]) == math.inf
    assert median_time([9, 9], [False, False]) == math.inf
    assert median_time([2, 3, 4, 1], [True, True, True, False]) == 3


def log_rank_by_hand(one, other):
    """Mantel's statistic: observed less expected events of the first, over its deviation."""
    rows = [(t, did, 0) for t, did in zip(*one, strict=True)]
    rows += [(t, did, 1) for t, did in zip(*other, strict=True)]
    excess = variance = 0.0
    for time in sorted({t for t, did, _ in rows if did}):
        risk = [g for t, _, g in rows if t >= time]
        n, n1 = len(risk), risk.count(0)
        d = sum(t == time and did for t, did, _ in rows)
        excess += sum(t == time and did and g == 0 for t, did, g in rows) - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return math.erfc(abs(excess) / math.sqrt(2 * variance))


def test_the_log_rank_test_is_mantels():
    one = ([3, 5, 7, 9, 10, 10], [True, True, True, False, True, False])
    other = ([8, 12, 14, 20, 20, 6], [True, True, True, False, False, True])
    assert log_rank(one, other) == pytest.approx(log_rank_by_hand(one, other))
    assert log_rank(one, other) == pytest.approx(log_rank(other, one))


def test_the_log_rank_test_tells_apart_what_differs_and_nothing_else():
    soon, late = (np.arange(1, 11), [True] * 10), (np.arange(101, 111), [True] * 10)
    never = (np.full(10, 200), [False] * 10)
    for one, other in itertools.combinations((soon, late, never), 2):
        assert log_rank(one, other) < 1e-3
    assert log_rank(soon, soon) == pytest.approx(1)
    assert log_rank(never, never) == 1


@pytest.mark.parametrize(
    ("times", "happened", "error"),
    [
        ([], [], NoData),
        ([1, 2], [True], ValueError),
        ([1, math.nan], [True, True], ValueError),
        ([1, -2], [True, True], ValueError),
        ([1, math.inf], [True, False], ValueError),
    ],
)
def test_impossible_times_are_refused(times, happened, error):
    with pytest.raises(error):
        kaplan_meier(times, happened)
