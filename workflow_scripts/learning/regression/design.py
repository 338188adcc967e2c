"""Designs of a linear regression, each as the smaller of its two Gram matrices.

Designs come in nested families: an increasing number of features of the same examples, or an
increasing number of examples with the same features. Sums are carried from one design to the next,
so that a whole family costs as many features and products as its largest design.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

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
    plain: Callable[[], tuple[np.ndarray, np.ndarray]]
    """The features themselves, [n, p] and [t, p]; they are computed when they are asked for."""

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
    requested once, and once more for every design that is asked for its plain features. At most n
    columns are kept.
    """

    def plain(width: int) -> tuple[np.ndarray, np.ndarray]:
        columns, root = slice(width), np.sqrt(width)
        return train(columns) / root, new(columns) / root

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
            inner, inner_new = kernel / width, kernel_new / width
            yield Design(examples, width, inner, inner, inner_new, partial(plain, width))
            continue
        mixed = kept.T @ block
        gram = np.block([[gram, mixed], [mixed.T, block.T @ block]])
        kept, kept_new = np.hstack([kept, block]), np.hstack([kept_new, block_new])
        root = np.sqrt(width)
        scaled = kept / root, kept_new / root
        yield Design(examples, width, gram / width, *scaled, partial(plain, width))


def designs_by_size(sizes: Sequence[int], train: np.ndarray, new: np.ndarray) -> Iterator[Design]:
    """Designs of the first n examples for each n in the increasing `sizes`.

    `train` [examples, p] and `new` [t, p] are the features.
    """

    def plain(size: int) -> tuple[np.ndarray, np.ndarray]:
        return train[:size], new

    features = train.shape[1]
    small = train[: max((n for n in sizes if n < features), default=0)]
    kernel, kernel_new = small @ small.T, new @ small.T
    gram, before = np.zeros((features, features)), 0
    for size in sizes:
        if size < features:
            inner = kernel[:size, :size]
            yield Design(size, features, inner, inner, kernel_new[:, :size], partial(plain, size))
            continue
        block = train[before:size]
        gram += block.T @ block
        before = size
        yield Design(size, features, gram, train[:size], new, partial(plain, size))
