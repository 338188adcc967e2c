import numpy as np
from sklearn.datasets import load_digits

from workflow_scripts.learning.data.digits import split_digits


def rows(arrays, split):
    joined = np.column_stack([arrays[f"{split}-inputs"].reshape(-1, 64), arrays[f"{split}-labels"]])
    return [tuple(row) for row in joined]


def test_the_split_is_a_partition_of_all_digits():
    arrays = split_digits(test=360, seed=0)
    assert arrays["train-inputs"].shape == (1437, 8, 8)
    assert arrays["test-inputs"].shape == (360, 8, 8)
    assert arrays["train-inputs"].dtype == np.uint8
    assert arrays["train-labels"].dtype == np.int64
    images, labels = load_digits(return_X_y=True)
    everything = [tuple(row) for row in np.column_stack([images, labels]).astype(int)]
    assert sorted(rows(arrays, "train") + rows(arrays, "test")) == sorted(everything)


def test_classes_are_held_out_in_proportion():
    arrays = split_digits(test=360, seed=0)
    all_labels = np.concatenate([arrays["train-labels"], arrays["test-labels"]])
    expected = 360 * np.bincount(all_labels) / len(all_labels)
    assert np.all(np.abs(np.bincount(arrays["test-labels"]) - expected) <= 1)


def test_the_seed_decides_the_split():
    first, again, other = (split_digits(test=100, seed=seed) for seed in (0, 0, 1))
    assert rows(first, "test") == rows(again, "test")
    assert rows(first, "test") != rows(other, "test")
