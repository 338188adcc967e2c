"""Label noise that is drawn once and kept; it makes double descent visible."""

import numpy as np


def wrong_labels(labels: np.ndarray, classes: int, share: float, seed: int) -> np.ndarray:
    """A copy of `labels` [n] with round(`share`·n) of them replaced by another, uniform class.

    The labels and their classes depend only on `seed`: a larger share makes all the changes of a
    smaller one, and more. ValueError for a share outside [0, 1] or fewer than two classes.
    """
    if not 0 <= share <= 1 or classes < 2:
        raise ValueError(f"label noise: a share of {share} with {classes} classes is impossible")
    generator = np.random.Generator(np.random.PCG64(seed))
    order = generator.permutation(len(labels))
    shifts = generator.integers(1, classes, len(labels))
    wrong = order[: round(share * len(labels))]
    noisy = np.array(labels)
    noisy[wrong] = (noisy[wrong] + shifts[wrong]) % classes
    return noisy
