"""Designs of a linear regression, each as the smaller of its two Gram matrices.

Designs come in nested families: an increasing number of features of the same examples, or an
increasing number of examples with the same features. Sums are carried from one design to the next,
so that a whole family costs as many features and products as its largest design.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Design:
    """Training features Φ [n, p], stored as the smaller of ΦᵀΦ and ΦΦᵀ; m = min(n, p)."""

    examples: int
    """n, the number of training examples."""
    features: int
    """p, the number of features."""
    gram: np.ndarray
    """[m, m]: ΦᵀΦ, or ΦΦᵀ if there are more features than examples."""
    train: np.ndarray
    """[n, m]: Φ, or ΦΦᵀ if there are more features than examples."""
    new: np.ndarray
    """[t, m]: features of unseen examples, or their inner products with the training examples."""

    @property
    def dual(self) -> bool:
        """Whether the Gram matrix is that of the examples."""
        return self.features > self.examples


def designs_by_width(
    widths: Sequence[int],
    train: Callable[[slice], np.ndarray],
    new: Callable[[slice], np.ndarray],
) -> Iterator[Design]:
    """Designs of the first p features for each p in the increasing `widths`, divided by √p.

    `train` and `new` return columns of the features, [n, columns] and [t, columns]; each column is
    requested once, and at most n columns are kept.
    """
    before = 0
    for width in widths:
        columns = slice(before, width)
        block, block_new = train(columns), new(columns)
        examples = len(block)
        if not before:
            kernel = np.zeros((examples, examples))
            kernel_new = np.zeros((len(block_new), examples))
            kept, kept_new, gram = block[:, :0], block_new[:, :0], np.zeros((0, 0))
        kernel += block @ block.T
        kernel_new += block_new @ block.T
        before = width
        if width > examples:
            kept = kept_new = gram = np.empty((0, 0))  # no longer needed
            yield Design(examples, width, kernel / width, kernel / width, kernel_new / width)
            continue
        mixed = kept.T @ block
        gram = np.block([[gram, mixed], [mixed.T, block.T @ block]])
        kept, kept_new = np.hstack([kept, block]), np.hstack([kept_new, block_new])
        root = np.sqrt(width)
        yield Design(examples, width, gram / width, kept / root, kept_new / root)


def designs_by_size(sizes: Sequence[int], train: np.ndarray, new: np.ndarray) -> Iterator[Design]:
    """Designs of the first n examples for each n in the increasing `sizes`.

    `train` [examples, p] and `new` [t, p] are the features.
    """
    features = train.shape[1]
    small = train[: max((n for n in sizes if n < features), default=0)]
    kernel, kernel_new = small @ small.T, new @ small.T
    gram, before = np.zeros((features, features)), 0
    for size in sizes:
        if size < features:
            inner = kernel[:size, :size]
            yield Design(size, features, inner, inner, kernel_new[:, :size])
            continue
        block = train[before:size]
        gram += block.T @ block
        before = size
        yield Design(size, features, gram, train[:size], new)
