import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.trend import slopes

X = np.array([1.0, 2.0, 4.0, 8.0])


def test_slopes_are_least_squares_seed_by_seed():
    y = np.random.default_rng(0).normal(size=(6, 4))
    assert slopes(X, y) == pytest.approx(np.polyfit(X, y.T, 1)[0])


@given(st.floats(-3, 3), st.floats(0.1, 10))
def test_on_logarithms_the_slope_of_a_power_law_is_its_exponent(exponent, factor):
    y = factor * X**exponent * np.array([[1.0], [2.0], [3.0]])
    assert slopes(np.log(X), np.log(y)) == pytest.approx(exponent, abs=1e-9)


def test_what_has_no_trend_is_refused():
    with pytest.raises(ValueError, match="different"):
        slopes([1.0, 1.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="expected"):
        slopes([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(NoData):
        slopes([1.0, 2.0], np.empty((0, 2)))
