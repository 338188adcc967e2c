import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import split_indices

sizes_and_seed = st.tuples(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 2**32)
)


@given(sizes_and_seed)
def test_subsets_are_disjoint_complete_and_repeatable(drawn):
    a, b, rest, seed = drawn
    n = a + b + rest
    subsets = split_indices(n, {"train": a, "validation": b}, seed)
    assert [len(subset) for subset in subsets.values()] == [a, b]
    together = np.concatenate(list(subsets.values()))
    assert len(np.unique(together)) == a + b
    assert np.all((together >= 0) & (together < n))
    again = split_indices(n, {"train": a, "validation": b}, seed)
    for name in subsets:
        np.testing.assert_array_equal(subsets[name], again[name])


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=80),
    st.integers(0, 2**32),
    st.floats(0, 1),
)
def test_every_prefix_of_a_stratified_draw_is_in_proportion(labels, seed, share):
    labels = np.array(labels)
    size = int(share * len(labels))
    drawn = split_indices(len(labels), {"train": size}, seed, labels)["train"]
    assert len(np.unique(drawn)) == size
    for label in range(4):
        part = np.mean(labels == label)
        # Half an example for rounding this class, and its part of what rounding all classes
        # may add to the length of the prefix.
        bound = 0.5 + part * len(np.unique(labels)) / 2
        assert abs(np.sum(labels[drawn] == label) - size * part) <= bound + 1e-9


def test_a_larger_last_subset_keeps_the_others_and_its_own_beginning():
    labels = np.arange(200) % 10
    small = split_indices(200, {"validation": 50, "train": 40}, 3, labels)
    large = split_indices(200, {"validation": 50, "train": 150}, 3, labels)
    np.testing.assert_array_equal(small["validation"], large["validation"])
    np.testing.assert_array_equal(small["train"], large["train"][:40])
    assert not np.array_equal(
        small["train"], split_indices(200, {"validation": 50, "train": 40}, 4, labels)["train"]
    )
    np.testing.assert_array_equal(np.bincount(labels[small["train"]]), np.full(10, 4))


def test_more_than_there_is_cannot_be_drawn():
    with pytest.raises(UserError, match="cannot draw train 8, validation 3 from 10 examples"):
        split_indices(10, {"train": 8, "validation": 3}, 0)
    with pytest.raises(UserError, match="cannot draw train -1"):
        split_indices(10, {"train": -1}, 0)
