"""The best fits by dynamic programming, against all partitions, and polynomials against SciPy."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BarycentricInterpolator

from workflow_scripts.studies.approximation.best_fit import (
    least_errors,
    line_errors,
    misclassified,
)
from workflow_scripts.studies.approximation.interpolation import (
    CHEBYSHEV,
    EQUISPACED,
    interpolated,
    nodes,
    runge,
)

NUMBERS = st.lists(st.floats(-2, 2), min_size=4, max_size=8)


def brute_force(values, pieces, cost):
    count = len(values)
    cuts = itertools.combinations(range(1, count), pieces - 1)
    ends = ([0, *cut, count] for cut in cuts)
    return min(sum(cost(a, b) for a, b in itertools.pairwise(each)) for each in ends)


@given(NUMBERS)
@settings(max_examples=30, deadline=None)
def test_the_best_lines_are_those_of_all_partitions(values):
    y = np.array(values)
    x = np.linspace(0, 1, len(y))

    def cost(start, stop):
        if stop - start < 3:
            return 0.0
        line = np.polyfit(x[start:stop], y[start:stop], 1)
        return float(np.sum((np.polyval(line, x[start:stop]) - y[start:stop]) ** 2))

    found = least_errors(line_errors(x, y), 3, enough=-1.0)
    wanted = [brute_force(y, pieces, cost) for pieces in (1, 2, 3)]
    assert found == pytest.approx(wanted, abs=1e-9)


@given(st.lists(st.integers(0, 1), min_size=4, max_size=9))
@settings(max_examples=30, deadline=None)
def test_the_best_runs_are_those_of_all_partitions(labels):
    y = np.array(labels)

    def cost(start, stop):
        ones = y[start:stop].sum()
        return min(ones, stop - start - ones)

    found = least_errors(misclassified(y), 3, enough=-1.0)
    assert found.tolist() == [brute_force(y, runs, cost) for runs in (1, 2, 3)]


def test_enough_ends_the_search():
    costs = line_errors(np.arange(5.0), np.array([0.0, 1.0, 2.0, 1.0, 0.0]))
    assert least_errors(costs, 5, enough=1e-12).tolist() == pytest.approx([2.8, 0.0], abs=1e-12)


@pytest.mark.parametrize("kind", [CHEBYSHEV, EQUISPACED])
@pytest.mark.parametrize("degree", [1, 4, 11])
def test_polynomials_are_those_of_scipy(kind, degree):
    at, weights = nodes(kind, degree)
    x = np.concatenate([np.linspace(-1, 1, 33), at])
    values = np.exp(at) * np.cos(3 * at)
    wanted = BarycentricInterpolator(at, values)(x)
    assert interpolated(at, weights, values, x) == pytest.approx(wanted, abs=1e-11)
    assert interpolated(at, weights, values, at).tolist() == values.tolist()


def test_chebyshev_points_are_cosines_and_other_names_are_refused():
    assert nodes(CHEBYSHEV, 6)[0] == pytest.approx(-np.cos(np.pi * np.arange(7) / 6), abs=1e-15)
    assert runge(5.0, np.array([0.0, 0.2])).tolist() == [1.0, 0.5]
    with pytest.raises(ValueError, match="not other"):
        nodes("other", 3)
