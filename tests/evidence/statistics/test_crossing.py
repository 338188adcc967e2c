import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.evidence.statistics.crossing import crossing


@given(some.floats(-3, 3), some.floats(0.1, 5), some.floats(0.01, 0.99))
def test_a_straight_line_is_crossed_where_it_is_solved(intercept, slope, share):
    x = np.linspace(0, 4, 9)
    at = 4 * share
    for sign in (1, -1):
        line = intercept + sign * slope * x
        found = crossing(x, line, intercept + sign * slope * at)
        assert found == pytest.approx(at, abs=1e-9)


def test_between_two_points_it_is_a_straight_line_and_the_first_crossing_counts():
    assert crossing([0, 1, 2, 3], [1.0, 0.8, 0.4, 0.9], 0.5) == pytest.approx(1.75)
    assert crossing([0, 1, 2, 3], [1.0, 0.0, 1.0, 0.0], 0.5) == 0.5
    assert crossing([0, 1], [0.5, 1.0], 0.5) == 0
    assert crossing([0, 1, 2], [1.0, 0.5, 0.0], 0.5) == 1


def test_a_level_that_is_never_reached_is_nowhere():
    assert math.isnan(crossing([0, 1, 2], [1.0, 0.9, 0.8], 0.5))


@pytest.mark.parametrize(("x", "y"), [([0, 0], [1, 2]), ([1, 0], [1, 2]), ([0, 1], [1, 2, 3])])
def test_points_out_of_order_are_refused(x, y):
    with pytest.raises(ValueError, match="ascend"):
        crossing(x, y, 1.5)
