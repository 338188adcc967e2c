import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.statistics.intervals import NoData, mean_interval
from workflow_scripts.evidence.statistics.trend import power_law_interval, slopes, trend_interval

X = np.array([1.0, 2.0, 4.0, 8.0])


def test_slopes_are_least_squares_seed_by_seed():
    y = np.random.default_rng(0).normal(size=(6, 4))
    assert slopes(X, y) == pytest.approx(np.polyfit(X, y.T, 1)[0])


def test_the_interval_is_over_seeds_not_points():
    y = np.array([[0.0], [5.0], [9.0]]) + np.array([[1.0], [2.0], [3.0]]) * X
    interval = trend_interval(X, y)
    expected = mean_interval([1.0, 2.0, 3.0])
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))
    assert interval.n == 3


@given(st.floats(-3, 3), st.floats(0.1, 10))
def test_a_power_law_returns_its_exponent(exponent, factor):
    y = factor * X**exponent * np.array([[1.0], [2.0], [3.0]])
    assert power_law_interval(X, y).estimate == pytest.approx(exponent, abs=1e-9)


def test_what_has_no_trend_is_refused():
    with pytest.raises(ValueError, match="different"):
        slopes([1.0, 1.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="expected"):
        slopes([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(NoData):
        slopes([1.0, 2.0], np.empty((0, 2)))
    with pytest.raises(ValueError, match="positive"):
        power_law_interval([0.0, 1.0], [[1.0, 2.0]])
