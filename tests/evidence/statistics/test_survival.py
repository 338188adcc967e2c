import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from workflow_scripts.evidence.statistics.intervals import NoData, NotFinite
from workflow_scripts.evidence.statistics.survival import (
    kaplan_meier,
    log_rank,
    log_rank_trend,
    median_interval,
    median_time,
)

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


def partial_likelihood(times, happened, scores, ratio):
    """Cox's logarithm of it, of one stratum without ties, at a log hazard ratio."""
    total = 0.0
    for time, did, score in zip(times, happened, scores, strict=True):
        if did:
            risk = [s for t, s in zip(times, scores, strict=True) if t >= time]
            total += ratio * score - math.log(sum(math.exp(ratio * s) for s in risk))
    return total


def test_the_trend_is_one_newton_step_of_coxs_model_with_seeds_as_strata():
    random = np.random.default_rng(3)
    times = np.stack([random.permutation(4) + 1.0 for _ in range(6)])
    happened, scores = random.random((6, 4)) < 0.7, np.array([0.0, 1.0, 2.0, 4.0])

    def whole(ratio):
        strata = zip(times, happened, strict=True)
        return sum(partial_likelihood(t, h, scores, ratio) for t, h in strata)

    h = 1e-3
    slope = (whole(h) - whole(-h)) / (2 * h)
    curvature = -(whole(h) - 2 * whole(0.0) + whole(-h)) / h**2
    estimate, error = log_rank_trend(times, happened, scores)
    assert estimate == pytest.approx(slope / curvature, rel=1e-5)
    assert error == pytest.approx(curvature**-0.5, rel=1e-5)


def test_the_trend_of_two_groups_and_one_stratum_a_seed_is_mantels_matched_pairs():
    times = np.array([[2, 1], [3, 1], [1, 4], [5, 2], [2, 2]], dtype=float)
    estimate, error = log_rank_trend(times, np.ones((5, 2), dtype=bool), [0, 1])
    # The first event of each pair decides, and the tie says nothing: three of four.
    assert estimate / error == pytest.approx((3 - 1) / math.sqrt(4))


def test_more_score_and_less_time_is_a_positive_trend_and_neither_units_nor_order_matter():
    random = np.random.default_rng(1)
    times = np.exp(random.normal(size=(8, 4)) - np.arange(4))
    happened = times < 3
    estimate, error = log_rank_trend(np.minimum(times, 3), happened, np.arange(4))
    assert estimate > 2 * error
    backwards = log_rank_trend(np.minimum(times, 3)[:, ::-1], happened[:, ::-1], np.arange(4))
    assert backwards == pytest.approx((-estimate, error))
    other = log_rank_trend(10 * np.minimum(times, 3), happened, 2.0 + np.arange(4))
    assert other == pytest.approx((estimate, error))


def test_without_a_trend_its_ratio_to_its_error_is_standard_normal():
    random = np.random.default_rng(2)
    ratios = []
    for _ in range(1500):
        times = random.exponential(size=(10, 4)) * np.exp(random.normal(size=(10, 1)))
        estimate, error = log_rank_trend(np.minimum(times, 1.5), times < 1.5, np.arange(4))
        ratios.append(estimate / error)
    assert np.mean(ratios) == pytest.approx(0, abs=0.09)
    assert np.std(ratios) == pytest.approx(1, abs=0.06)
    assert np.mean(np.abs(ratios) > 2.91) < 0.0075  # meant: 0.0036


def test_where_all_have_it_at_once_or_none_has_it_there_is_no_trend():
    for happened in (np.ones((3, 4), dtype=bool), np.zeros((3, 4), dtype=bool)):
        with pytest.raises(NotFinite, match="no event sets the groups apart"):
            log_rank_trend(np.full((3, 4), 7.0), happened, np.arange(4))
    with pytest.raises(ValueError, match="seeds, groups"):
        log_rank_trend(np.ones((3, 4)), np.ones((3, 4), dtype=bool), [0, 1])


@pytest.mark.parametrize("n", [10, 13, 20])
@pytest.mark.parametrize("alpha", [0.05, 0.0036])
def test_the_interval_of_the_median_is_that_of_the_sign_test(n, alpha):
    values = np.random.default_rng(n).normal(size=n)
    interval = median_interval(values, values).at(alpha)
    expected = stats.quantile_test(values, p=0.5).confidence_interval(1 - alpha)
    assert (interval.low, interval.high) == (expected.low, expected.high)
    assert interval.estimate == np.median(values)
    for margin in (-0.7, 0.01, 0.6):
        by_hand = stats.binomtest(int((values > margin).sum()), n).pvalue
        assert interval.p_value(margin) == pytest.approx(min(1, by_hand))
        assert (interval.p_value(margin) < alpha) == (not interval.low <= margin <= interval.high)


def test_five_values_bound_no_median_and_ten_that_agree_do():
    five = median_interval(np.arange(5.0), np.arange(5.0)).at(0.0036)
    assert (five.low, five.high) == (-math.inf, math.inf)
    ten = median_interval(10 + np.arange(10.0), 10 + np.arange(10.0)).at(0.0036)
    assert (ten.low, ten.high) == (10, 19)


def test_what_is_censored_counts_for_what_is_known_of_it():
    least = np.r_[np.arange(10.0, 18), 3, 4]
    most = np.r_[np.arange(10.0, 18), np.inf, np.inf]
    interval = median_interval(least, most).at(0.0036)
    assert (interval.low, interval.high) == (3, np.inf)
    assert interval.p_value(5) == pytest.approx(stats.binomtest(8, 10).pvalue)
    assert interval.estimate == np.median(least)
    never = median_interval(np.full(10, 100.0) + np.arange(10), np.full(10, np.inf)).at(0.0036)
    assert (never.low, never.high) == (100, np.inf)


def test_a_median_of_equal_values_is_of_no_width_and_bounds_have_an_order():
    assert median_interval([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]).identical
    assert not median_interval([2.0, 2.0], [2.0, np.inf]).identical
    with pytest.raises(ValueError, match="the lower one first"):
        median_interval([2.0], [1.0])
    with pytest.raises(ValueError, match="the lower one first"):
        median_interval([math.nan], [1.0])
    with pytest.raises(NoData):
        median_interval([], [])
