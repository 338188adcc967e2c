"""Wrong labels, chosen once and kept: what double descent needs to be seen."""

import numpy as np


def wrong_labels(labels: np.ndarray, classes: int, share: float, seed: int) -> np.ndarray:
    """A copy of `labels` [n] in which `share` of them, rounded, name another class, uniformly.

    Which labels and which classes depends on `seed` alone: a larger share changes what a smaller
    one changes, in the same way, and more. ValueError for a share outside [0, 1] or one class.
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
