import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from workflow_scripts.evidence.statistics.extrapolation import log_error, power_law, u_curve

SIZES = np.array([25.0, 50, 100, 200, 400, 800])


@settings(max_examples=40, deadline=None)
@given(a=st.floats(0.1, 10), b=st.floats(0.2, 1.5), c=st.floats(0, 1))
def test_a_power_law_is_found_again(a, b, c):
    def law(size):
        return c + a * (size / 25) ** -b

    assert_allclose(power_law(SIZES, law(SIZES), [3200.0]), law(np.array([3200.0])), rtol=1e-3)


def test_a_u_is_found_again():
    def u(size):
        return np.exp(0.3 * np.log(size / 150) ** 2 - 1)

    assert_allclose(u_curve(SIZES, u(SIZES), 3200.0), u(3200.0), rtol=1e-8)
    # A law that cannot rise misses it.
    assert log_error(power_law(SIZES, u(SIZES), 3200.0), u(3200.0)) > 0.5


def test_each_misses_the_others_curve():
    law = 0.2 + 3 * (SIZES / 25) ** -0.7
    true = 0.2 + 3 * (3200 / 25) ** -0.7
    assert log_error(u_curve(SIZES, law, 3200.0), true) > 0.05
    assert log_error(power_law(SIZES, law, 3200.0), true) < 1e-3


def test_too_few_points_and_losses_without_logarithm_are_refused():
    with pytest.raises(ValueError, match="more than 3"):
        power_law([1, 2, 4], [3, 2, 1], 8)
    with pytest.raises(ValueError, match="positive"):
        u_curve([1, 2, 4, 8], [3, 2, 1, 0], 16)
    with pytest.raises(ValueError, match="as many"):
        u_curve([1, 2, 4, 8], [3, 2, 1], 16)
