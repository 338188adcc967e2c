import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from workflow_scripts.studies.hopfield.dense import bit_error, expected_patterns, unstable
from workflow_scripts.studies.hopfield.patterns import hebb, random_patterns


@given(some.integers(0, 999), some.sampled_from([2, 3, 4]), some.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_a_bit_is_unstable_where_flipping_it_lowers_the_energy(seed, order, count):
    patterns = random_patterns(seed, count, 7).double()
    tested = random_patterns(seed + 1, 3, 7).double()

    def energy(state):
        return -sum(float(pattern @ state) ** order for pattern in patterns)

    for state, found in zip(tested, unstable(patterns, tested, order), strict=True):
        for bit in range(7):
            flipped = state.clone()
            flipped[bit] *= -1
            assert bool(found[bit]) == (energy(flipped) < energy(state))


def test_the_quadratic_energy_is_the_classical_network():
    patterns = random_patterns(0, 30, 60).double()
    fields = patterns @ hebb(patterns) * patterns
    assert torch.equal(unstable(patterns, patterns, 2), fields < 0)


def test_the_expected_capacity():
    z = stats.norm.isf(0.005)
    assert expected_patterns(2, 100, 0.005) == pytest.approx(100 / z**2)
    assert expected_patterns(3, 100, 0.005) == pytest.approx(100**2 / (3 * z**2))
    assert expected_patterns(4, 100, 0.005) == pytest.approx(100**3 / (15 * z**2))


@pytest.mark.parametrize(("order", "size"), [(2, 1000), (3, 200), (4, 64)])
def test_a_large_network_errs_as_theory_says(order, size):
    count = round(expected_patterns(order, size, 0.05))
    error, tested = bit_error(12345, order, size, count, 300)
    assert tested == min(count, 300) * size
    assert error == pytest.approx(0.05, rel=0.2)
    assert bit_error(12345, order, size, count, 300) == (error, tested)
