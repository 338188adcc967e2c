import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from workflow_scripts.studies.hopfield.patterns import (
    flipped,
    hebb,
    one_way,
    overlap,
    pseudo_inverse,
    random_patterns,
    replaced,
    visit_order,
)


def test_patterns_are_unbiased_bits_that_depend_on_the_seed_alone():
    patterns = random_patterns(3, 400, 500)
    assert set(patterns.unique().tolist()) == {-1.0, 1.0}
    assert abs(float(patterns.mean())) < 5 / (400 * 500) ** 0.5
    assert torch.equal(random_patterns(3, 100, 500), patterns[:100])
    assert not torch.equal(random_patterns(4, 100, 500), patterns[:100])


@given(some.integers(0, 99), some.integers(1, 6), some.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_hebb_is_the_sum_over_patterns_without_self_couplings(seed, count, size):
    patterns = random_patterns(seed, count, size)
    expected = torch.zeros(size, size)
    for pattern in patterns:
        for i in range(size):
            for j in range(size):
                expected[i, j] += pattern[i] * pattern[j] * (i != j)
    assert torch.equal(hebb(patterns), expected)
    assert torch.equal(hebb(torch.stack([patterns, -patterns])), torch.stack([expected] * 2))


def test_fields_that_float32_could_not_hold_are_refused():
    with pytest.raises(ValueError, match="not exact in float32"):
        hebb(torch.ones(2**12, 2**12))


def test_the_pseudo_inverse_rule_makes_correlated_patterns_fixed_points():
    patterns = random_patterns(0, 6, 40)
    patterns[:, :25] = patterns[0, :25]  # most bits are the same in all
    couplings = pseudo_inverse(patterns)
    fields = patterns.double() @ couplings
    # W ξ = ξ for the projection; less its diagonal, field and bit have the same sign.
    projection = couplings + torch.diag(1 - (fields / patterns)[0])
    assert torch.allclose(patterns.double() @ projection, patterns.double(), atol=1e-12)
    assert bool((fields * patterns > 0).all())
    assert torch.equal(couplings.diagonal(), torch.zeros(40, dtype=torch.float64))
    assert bool((patterns @ hebb(patterns) * patterns < 0).any())


def test_one_way_couplings_keep_one_direction_of_each_pair():
    couplings = hebb(random_patterns(0, 3, 30))
    cut = one_way(couplings, 5)
    kept = (cut != 0).int()
    there = (couplings != 0).int()
    assert torch.equal(kept + kept.T, there)
    assert torch.equal(cut[kept.bool()], couplings[kept.bool()])


@given(some.floats(0.05, 0.95))
@settings(max_examples=20, deadline=None)
def test_damage_touches_the_asked_share_of_each_pattern(share):
    patterns = random_patterns(1, 5, 40)
    wrong = (flipped(patterns, share, 2) != patterns).sum(dim=1)
    assert wrong.tolist() == [round(share * 40)] * 5
    assert bool(((replaced(patterns, share, 2) != patterns).sum(dim=1) <= round(share * 40)).all())
    assert torch.equal(flipped(patterns, share, 2), flipped(patterns, share, 2))


def test_half_of_the_replaced_bits_are_wrong_on_average():
    patterns = random_patterns(1, 200, 1000)
    wrong = (replaced(patterns, 0.5, 7) != patterns).double().mean()
    assert float(wrong) == pytest.approx(0.25, abs=0.005)


def test_overlap_of_a_pattern_with_itself_its_negative_and_a_quarter_wrong():
    pattern = random_patterns(0, 1, 40)
    assert overlap(pattern, pattern).item() == 1
    assert overlap(-pattern, pattern).item() == -1
    assert overlap(flipped(pattern, 0.25, 0), pattern).item() == 0.5


def test_every_neuron_is_visited_once_in_an_order_of_its_own():
    order = visit_order(50)
    assert sorted(order.tolist()) == list(range(50))
    assert order.tolist() != list(range(50))
    assert torch.equal(order, visit_order(50))
