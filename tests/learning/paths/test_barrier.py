import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.paths.barrier import barrier, excess, rise

HEIGHTS = st.lists(st.floats(-100, 100), min_size=3, max_size=12)


def by_hand(values):
    """The barrier from its definition, place by place."""
    last = len(values) - 1
    return max(
        value - ((1 - at / last) * values[0] + at / last * values[-1])
        for at, value in enumerate(values)
    )


@given(HEIGHTS)
def test_a_barrier_is_the_largest_excess_over_the_interpolated_ends(values):
    positions = np.linspace(0, 1, len(values))
    assert barrier(positions, values) == pytest.approx(by_hand(values), abs=1e-9)
    assert barrier(positions, values) >= 0


@given(HEIGHTS, st.floats(-5, 5), st.floats(-5, 5))
def test_a_slope_added_to_a_path_changes_no_barrier(values, level, slope):
    positions = np.linspace(0, 1, len(values))
    tilted = np.array(values) + level + slope * positions
    assert barrier(positions, tilted) == pytest.approx(barrier(positions, values), abs=1e-9)


@given(HEIGHTS)
def test_a_rise_is_the_barrier_where_there_is_one(values):
    positions = np.linspace(0, 1, len(values))
    found = rise(positions, values)
    assert max(found, 0.0) == pytest.approx(barrier(positions, values), abs=1e-9)


def test_lines_that_sag_have_different_rises():
    assert rise([0, 0.5, 1], [2, 1, 2]) == -1
    assert rise([1, 0, 0.5], [2, 2, 1.5]) == -0.5


@pytest.mark.parametrize("positions", [[0, 0.5], [0.5, 1], [0, 1]])
def test_a_rise_without_an_end_or_a_middle_is_refused(positions):
    with pytest.raises(ValueError, match="a rise needs both ends"):
        rise(positions, [1.0, 2.0])


@given(HEIGHTS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(values, random):
    rows = list(zip(np.linspace(0, 1, len(values)), values, strict=True))
    expected = [measure(*zip(*rows, strict=True)) for measure in (barrier, excess, rise)]
    random.shuffle(rows)
    assert [measure(*zip(*rows, strict=True)) for measure in (barrier, excess, rise)] == expected


def test_ends_of_different_height():
    assert barrier([0, 0.5, 1], [1.0, 4.0, 3.0]) == 2.0
    assert excess([0, 0.5, 1], [1.0, 4.0, 3.0]) == 1.0
    assert barrier([0, 0.5, 1], [1.0, 1.5, 3.0]) == 0.0
    assert excess([0, 0.5, 1], [1.0, 1.5, 3.0]) == -1.5


@pytest.mark.parametrize("measure", [barrier, excess])
@pytest.mark.parametrize("positions", [[0.0, 0.5], [0.5, 1.0], [0.1, 0.9]])
def test_a_path_without_both_ends_is_refused(measure, positions):
    with pytest.raises(ValueError, match="both ends"):
        measure(positions, [1.0, 2.0])


@given(HEIGHTS)
def test_an_excess_is_that_of_the_places_between_the_ends(values):
    found = excess(np.linspace(0, 1, len(values)), values)
    assert found == max(values[1:-1]) - max(values[0], values[-1])


def test_ends_alone_have_no_excess():
    with pytest.raises(ValueError, match="positions between"):
        excess([0.0, 1.0], [1.0, 2.0])
