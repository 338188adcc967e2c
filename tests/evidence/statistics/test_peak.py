import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.evidence.statistics.peak import Peak, half_peaks, largest_rise, own_peaks


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
    assert largest_rise([5, 3, 4, 6], inner=True) == Peak(1, 2, 3)
    assert half_peaks([[5, 3, 4, 6]] * 2, inner=True) == [Peak(1, 2, 3)] * 2


def test_an_inner_peak_is_the_largest_rise_where_that_is_inside():
    curve = [9, 4, 2, 3, 8, 5, 1]
    assert largest_rise(curve, inner=True) == largest_rise(curve)
    with pytest.raises(ValueError, match="three points"):
        largest_rise([1, 2], inner=True)


def test_a_seed_has_no_say_in_where_its_own_peak_is_sought():
    curves = [[3, 1, 5, 1.0], [0, 9, 0, 0], [3, 1, 5, 1]]
    assert half_peaks(curves) == [Peak(0, 1, 2), Peak(1, 2, 3), Peak(0, 1, 2)]
    assert own_peaks(curves)[1] == Peak(0, 1, 2)


def test_each_half_of_five_seeds_is_located_by_the_other():
    """Three at even positions, two at odd ones."""
    even, odd = [3, 1, 5, 1.0], [0, 9, 0, 4]
    found = half_peaks([even, odd, even, odd, even])
    assert found == [Peak(0, 1, 2), Peak(1, 2, 3)] * 2 + [Peak(0, 1, 2)]


def rises(curves, located):
    return np.array([c[p.top] - c[p.left] for c, p in zip(curves, located(curves), strict=True)])


def test_noise_on_a_falling_curve_is_no_rise_on_average():
    curves = np.linspace(1, 0, 10) + np.random.default_rng(0).standard_normal((400, 5, 10))
    assert np.mean([rises(each, half_peaks) for each in curves]) < 0
    assert np.mean([rises(each, own_peaks) for each in curves]) > 1


@pytest.mark.parametrize("seeds", [5, 10])
@pytest.mark.parametrize(
    ("curve", "most"), [([3, 1, 0, 1, 5, 2, 1.5], 0.035), ([0.0] * 10, 0.09)], ids=["peak", "flat"]
)
def test_rises_exceed_the_true_one_as_often_as_their_interval_says(seeds, curve, most):
    """2.5 % at a peak; on a flat curve the two halves are not independent."""
    generator, top = np.random.default_rng(0), max(curve)
    worlds = curve + generator.standard_normal((1000, seeds, len(curve)))
    found = np.array([rises(each, half_peaks) for each in worlds])
    t = (found.mean(1) - top) / (found.std(1, ddof=1) / np.sqrt(seeds))
    assert np.mean(t > stats.t.isf(0.025, seeds - 1)) < most


def test_what_has_no_rise_is_refused():
    for bad in ([1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="two points"):
            largest_rise(bad)
    with pytest.raises(ValueError, match="not finite"):
        own_peaks([[1.0, np.nan]])
    with pytest.raises(ValueError, match="seeds, points"):
        own_peaks([1.0, 2.0])
    with pytest.raises(NoData):
        half_peaks([[1.0, 2.0]])
