import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.evidence.report.interval import Estimate, bar

value = some.floats(min_value=-1e6, max_value=1e6)


@given(value, value, value, some.lists(value, max_size=2))
def test_marks_lie_on_the_bar_in_the_order_of_their_values(estimate, low, high, margins):
    drawn = bar(Estimate(estimate, low, high), Estimate(low), tuple(margins))
    numbered = [estimate, low, high, low, *margins]
    placed = [
        drawn.ours.at,
        drawn.ours.low,
        drawn.ours.high,
        drawn.control.at,
        *drawn.margins,
    ]
    assert all(0 <= at <= 100 for at in placed)
    by_value = [at for _, at in sorted(zip(numbered, placed, strict=True))]
    assert by_value == sorted(by_value)


def test_the_axis_is_linear():
    drawn = bar(Estimate(2.0, 1.0, 3.0), Estimate(None), (0.0, 4.0))
    left, right = drawn.margins
    assert drawn.ours.at == pytest.approx((left + right) / 2, abs=0.011)
    assert drawn.ours.low - left == pytest.approx((right - left) / 4, abs=0.011)
    assert drawn.zero == left


def test_zero_is_drawn_without_margins_and_hidden_when_far():
    assert bar(Estimate(5.0), Estimate(None)).zero is not None
    assert bar(Estimate(105.0, 104.0, 106.0), Estimate(None), (100.0,)).zero is None


def test_nothing_to_draw():
    assert bar(Estimate(None), Estimate(1.0), (0.0,)) is None
    assert bar(Estimate(float("inf")), Estimate(1.0)) is None


def test_an_open_interval_ends_at_the_estimate():
    drawn = bar(Estimate(1.0, float("-inf"), 2.0), Estimate(None), (0.0,))
    assert drawn.ours.low == drawn.ours.at < drawn.ours.high
