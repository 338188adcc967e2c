import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.data.label_noise import wrong_labels

LABELS = np.arange(200) % 10


@given(share=st.floats(0, 1), seed=st.integers(0, 2**62))
def test_as_many_labels_are_wrong_as_were_asked_for(share, seed):
    noisy = wrong_labels(LABELS, 10, share, seed)
    assert (noisy != LABELS).sum() == round(share * 200)
    assert noisy.min() >= 0
    assert noisy.max() < 10


def test_a_larger_share_changes_what_a_smaller_one_does_and_more():
    few, many = (wrong_labels(LABELS, 10, share, 3) for share in (0.1, 0.4))
    changed = few != LABELS
    assert (many[changed] == few[changed]).all()


def test_wrong_classes_are_uniform_over_the_others():
    noisy = wrong_labels(np.zeros(90_000, dtype=np.int64), 10, 1.0, 0)
    counts = np.bincount(noisy, minlength=10)
    assert counts[0] == 0
    assert np.abs(counts[1:] - 10_000).max() < 500  # five standard deviations


def test_the_seed_decides_and_the_labels_given_stay_as_they_are():
    before = LABELS.copy()
    first, again, other = (wrong_labels(LABELS, 10, 0.2, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(LABELS, before)


def test_impossible_noise_is_refused():
    for classes, share in ((10, 1.1), (10, -0.1), (1, 0.5)):
        with pytest.raises(ValueError, match="is impossible"):
            wrong_labels(LABELS, classes, share, 0)
