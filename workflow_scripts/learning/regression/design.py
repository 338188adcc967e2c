"""Designs of a linear regression, each as the smaller of its two Gram matrices.

Designs come in nested families: more and more features of the same examples, or more and more
examples with the same features. Sums are carried from one member to the next, so that a whole
family costs the features and products of its largest member.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Design:
    """Training features Φ [n, p], through whichever of ΦᵀΦ and ΦΦᵀ is smaller; m = min(n, p)."""

    examples: int
    """n."""
    features: int
    """p."""
    gram: np.ndarray
    """[m, m]: ΦᵀΦ, or ΦΦᵀ where there are more features than examples."""
    train: np.ndarray
    """[n, m]: Φ, or ΦΦᵀ."""
    new: np.ndarray
    """[t, m]: the features of unseen examples, or their inner products with the training ones."""

    @property
    def dual(self) -> bool:
        """Whether the Gram matrix is that of the examples."""
        return self.features > self.examples


def designs_by_width(
    widths: Sequence[int],
    train: Callable[[slice], np.ndarray],
    new: Callable[[slice], np.ndarray],
) -> Iterator[Design]:
    """Designs of the first p features for each p in the rising `widths`, divided by √p.

    `train` and `new` give columns of the features, [n, columns] and [t, columns]; each column is
    asked for once, and only as many as there are examples are kept.
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
            kept = kept_new = gram = np.empty((0, 0))  # they are not needed again
            yield Design(examples, width, kernel / width, kernel / width, kernel_new / width)
            continue
        mixed = kept.T @ block
        gram = np.block([[gram, mixed], [mixed.T, block.T @ block]])
        kept, kept_new = np.hstack([kept, block]), np.hstack([kept_new, block_new])
        root = np.sqrt(width)
        yield Design(examples, width, gram / width, kept / root, kept_new / root)


def designs_by_size(sizes: Sequence[int], train: np.ndarray, new: np.ndarray) -> Iterator[Design]:
    """Designs of the first n examples for each n in the rising `sizes`.

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
