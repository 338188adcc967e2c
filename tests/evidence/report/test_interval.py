import pytest
from hypothesis import given
from hypothesis import strategies as some

from workflow_scripts.evidence.claims.row import Numbers
from workflow_scripts.evidence.report.interval import bar

value = some.floats(min_value=-1e6, max_value=1e6)


def numbers(estimate, low=None, high=None):
    return Numbers(estimate=estimate, low=low, high=high)


@given(value, value, value, some.lists(value, max_size=2))
def test_marks_lie_on_the_bar_in_the_order_of_their_values(estimate, low, high, margins):
    drawn = bar(numbers(estimate, low, high), numbers(low), tuple(margins))
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
    drawn = bar(numbers(2.0, 1.0, 3.0), numbers(None), (0.0, 4.0))
    left, right = drawn.margins
    assert drawn.ours.at == pytest.approx((left + right) / 2, abs=0.011)
    assert drawn.ours.low - left == pytest.approx((right - left) / 4, abs=0.011)
    assert drawn.zero == left


def test_zero_is_drawn_without_margins_and_hidden_when_far():
    assert bar(numbers(5.0), numbers(None)).zero is not None
    assert bar(numbers(105.0, 104.0, 106.0), numbers(None), (100.0,)).zero is None


def test_nothing_to_draw():
    assert bar(numbers(None), numbers(1.0), (0.0,)) is None
    assert bar(numbers(float("inf")), numbers(1.0)) is None


def test_an_open_interval_ends_at_the_estimate():
    drawn = bar(numbers(1.0, float("-inf"), 2.0), numbers(None), (0.0,))
    assert drawn.ours.low == drawn.ours.at < drawn.ours.high


def test_zero_is_written_where_no_margin_is_in_its_way():
    near, far = (bar(numbers(50.0, -9.0), numbers(None), (margin,)) for margin in (2.0, 30.0))
    assert near.zero is not None
    assert near.zero_label is None
    assert far.zero_label == far.zero
    assert bar(numbers(105.0), numbers(None), (100.0,)).zero_label is None
