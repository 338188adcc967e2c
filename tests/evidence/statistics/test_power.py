import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.statistics.intervals import mean_interval
from workflow_scripts.evidence.statistics.power import clearing_probability, seeds_needed


def test_a_textbook_sample_size():
    # Cohen 1988: two-sided one-sample t, effect 0.5, alpha 0.05, power 0.8 needs 34; effect 1, 10.
    assert seeds_needed(0.5, 1.0) == 34
    assert seeds_needed(1.0, 1.0) == 10


def test_simulated_intervals_clear_the_margin_as_often_as_predicted():
    n = seeds_needed(0.9, 1.0)
    draws = np.random.default_rng(5).normal(0.9, 1.0, size=(4000, n))
    cleared = np.mean([mean_interval(draw).low > 0 for draw in draws])
    assert cleared == pytest.approx(clearing_probability(n, 0.9), abs=0.025)
    assert cleared > 0.77


@given(st.floats(0.02, 50), st.sampled_from([0.05, 0.01, 0.05 / 75]))
def test_the_answer_is_the_smallest_number(effect, alpha):
    n = seeds_needed(effect, 1.0, alpha=alpha)
    assert clearing_probability(n, effect, alpha) >= 0.8
    assert n == 3 or clearing_probability(n - 1, effect, alpha) < 0.8


@given(st.floats(0.5, 5), st.floats(0.1, 10))
def test_only_the_ratio_counts_and_nearer_margins_need_more(distance, sd):
    assert seeds_needed(4 * distance, 4 * sd) == seeds_needed(distance, sd)
    assert seeds_needed(distance / 2, sd) >= seeds_needed(distance, sd)


def test_what_no_number_of_seeds_decides():
    assert seeds_needed(0.0, 1.0) is None
    assert seeds_needed(0.0, 0.0) is None
    assert seeds_needed(1e-6, 1.0) is None
    assert seeds_needed(1.0, math.nan) is None
    assert seeds_needed(1.0, 0.0) == 3
    assert seeds_needed(math.inf, 1.0) == 3
