import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.peak import Peak, held_out_peaks, largest_rise, own_peaks


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=12))
def test_no_two_points_in_order_rise_more(curve):
    peak = largest_rise(curve)
    pairs = [b - a for j, b in enumerate(curve) for a in curve[:j]]
    assert curve[peak.top] - curve[peak.left] == max(pairs)
    assert peak.left < peak.top <= peak.right
    assert curve[peak.right] == min(curve[peak.top :])


def test_a_double_descent():
    assert largest_rise([9, 4, 2, 3, 8, 5, 1]) == Peak(2, 4, 6)


def test_a_curve_that_ends_at_its_top_has_no_second_descent():
    assert largest_rise([5, 3, 4, 6]) == Peak(1, 3, 3)


def test_a_seed_has_no_say_in_where_its_own_peak_is_sought():
    curves = [[3, 1, 5, 1.0], [3, 1, 5, 1], [0, 9, 0, 0]]
    assert held_out_peaks(curves)[2] == Peak(1, 2, 3)
    assert own_peaks(curves)[2] == Peak(0, 1, 2)


def test_noise_on_a_falling_curve_is_no_rise_on_average():
    generator = np.random.default_rng(0)
    falls = np.linspace(1, 0, 10)
    rises, naive = [], []
    for _ in range(400):
        curves = falls + generator.standard_normal((5, 10))
        for curve, held, own in zip(curves, held_out_peaks(curves), own_peaks(curves), strict=True):
            rises.append(curve[held.top] - curve[held.left])
            naive.append(curve[own.top] - curve[own.left])
    assert np.mean(rises) < 0
    assert np.mean(naive) > 1


def test_what_has_no_rise_is_refused():
    for bad in ([1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="two points"):
            largest_rise(bad)
    with pytest.raises(ValueError, match="not finite"):
        own_peaks([[1.0, np.nan]])
    with pytest.raises(ValueError, match="seeds, points"):
        own_peaks([1.0, 2.0])
    with pytest.raises(NoData):
        held_out_peaks([[1.0, 2.0]])
