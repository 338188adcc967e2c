import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from workflow_scripts.evidence.statistics.intervals import (
    NoData,
    exact_interval,
    mean_interval,
    proportion_interval,
    ratio_interval,
)

VALUES = np.array([1.0, 2.0, 4.0, 8.0, 9.0])
samples = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=3, max_size=12)


def spread(values):
    assume(np.std(values) > 1e-2)
    return np.array(values)


def test_mean_interval_is_the_textbook_one():
    interval = mean_interval(VALUES)
    half = 2.7764451051977987 * math.sqrt(np.var(VALUES, ddof=1) / 5)  # t table, 4 degrees
    assert interval.estimate == pytest.approx(4.8)
    assert (interval.low, interval.high) == pytest.approx((4.8 - half, 4.8 + half))
    assert interval.n == 5


@pytest.mark.parametrize("margin", [-3.0, 0.0, 4.0, 4.8, 7.0, 30.0])
def test_p_value_of_the_mean_is_scipys(margin):
    expected = stats.ttest_1samp(VALUES, margin).pvalue
    assert mean_interval(VALUES).p_value(margin) == pytest.approx(expected)


@given(samples, st.floats(-1e3, 1e3))
def test_p_is_below_five_per_cent_exactly_outside_the_interval(values, margin):
    interval = mean_interval(spread(values))
    assume(min(abs(margin - interval.low), abs(margin - interval.high)) > 1e-9)
    outside = margin < interval.low or margin > interval.high
    assert (interval.p_value(margin) < 0.05) == outside


@given(samples, st.floats(-1e3, 1e3))
def test_shifting_the_values_shifts_the_interval(values, shift):
    values = spread(values)
    before, after = mean_interval(values), mean_interval(values + shift)
    assert after.low == pytest.approx(before.low + shift, abs=1e-6)
    assert after.high == pytest.approx(before.high + shift, abs=1e-6)


@given(samples, st.floats(0.01, 100))
def test_scaling_the_values_scales_the_interval_and_a_sign_mirrors_it(values, factor):
    values = spread(values)
    before, after = mean_interval(values), mean_interval(-factor * values)
    assert after.low == pytest.approx(-factor * before.high, rel=1e-6, abs=1e-6)
    assert after.high == pytest.approx(-factor * before.low, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("n", [3, 5, 10])
def test_the_interval_covers_the_true_mean_95_times_in_100(n):
    draws = np.random.default_rng(7).normal(3.0, 2.0, size=(4000, n))
    intervals = [mean_interval(draw) for draw in draws]
    covered = np.mean([each.low <= 3.0 <= each.high for each in intervals])
    assert covered == pytest.approx(0.95, abs=0.012)  # 3.5 standard errors of 4000 draws


def test_one_seed_leaves_everything_open():
    interval = mean_interval([2.0])
    assert (interval.low, interval.high) == (-math.inf, math.inf)
    assert interval.p_value(-1e9) == 1.0
    assert math.isnan(interval.sd)


def test_seeds_that_agree_give_a_point_without_rounding():
    interval = mean_interval([0.1, 0.1, 0.1])
    assert (interval.low, interval.estimate, interval.high, interval.sd) == (0.1, 0.1, 0.1, 0.0)
    assert (interval.p_value(0.1), interval.p_value(0.2)) == (1.0, 0.0)
    assert not interval.deterministic


def test_values_that_are_missing_or_not_finite_are_refused():
    with pytest.raises(NoData):
        mean_interval([])
    with pytest.raises(ValueError, match=r"\[1\]"):
        mean_interval([1.0, math.nan, 2.0])
    with pytest.raises(ValueError, match="shape"):
        mean_interval([[1.0, 2.0]])
    with pytest.raises(ValueError, match="finite"):
        exact_interval(math.inf)


def test_ratios_are_averaged_on_the_logarithm():
    interval = ratio_interval([2.0, 4.0, 8.0])
    logs = mean_interval(np.log([2.0, 4.0, 8.0]))
    assert interval.estimate == pytest.approx(4.0)
    assert (interval.low, interval.high) == pytest.approx((math.exp(logs.low), math.exp(logs.high)))
    assert interval.p_value(1.5) == pytest.approx(logs.p_value(math.log(1.5)))
    assert interval.p_value(0.0) == 0.0
    assert interval.distance(1.0) == pytest.approx(math.log(4.0))
    inverse = ratio_interval([1 / 2, 1 / 4, 1 / 8])
    assert inverse.low == pytest.approx(1 / interval.high)
    with pytest.raises(ValueError, match="positive"):
        ratio_interval([1.0, 0.0])


def test_two_wild_ratios_reach_infinity_without_failing():
    assert ratio_interval([1e-200, 1e200]).high == math.inf


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (5, 5), (3, 10)])
def test_proportion_is_clopper_pearson(successes, n):
    interval = proportion_interval([1] * successes + [0] * (n - successes))
    low = 0.0 if successes == 0 else stats.beta.ppf(0.025, successes, n - successes + 1)
    high = 1.0 if successes == n else stats.beta.ppf(0.975, successes + 1, n - successes)
    assert (interval.low, interval.high) == pytest.approx((low, high))
    assert interval.sd > 0
    for margin in (0.05, 0.2, 0.3, 0.5, 0.8, 0.95):
        outside = not interval.low <= margin <= interval.high
        assert (interval.p_value(margin) < 0.05) == outside
    assert interval.p_value(1.2) == 0.0


def test_proportion_takes_only_yes_and_no():
    assert proportion_interval([True, False]).estimate == 0.5
    with pytest.raises(ValueError, match="0 or 1"):
        proportion_interval([0.5])
