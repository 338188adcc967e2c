"""Ridge regression for all penalties, minimum norm included, from one decomposition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh, svd

from workflow_scripts.learning.regression.design import Design

EPSILON = np.finfo(np.float64).eps
LEFT = 100
"""How many times the rounding error of a Gram matrix its smallest eigenvalue must be."""


@dataclass(frozen=True)
class RidgePath:
    """The solutions of min (1/n)‖Φw − Y‖² + λ‖w‖² for all λ of a path.

    λ = 0 denotes the limit, the minimum-norm solution among those of least squared error.
    """

    design: Design
    """The features, or their inner products with the examples: the rows that a path predicts."""
    dual: bool
    """Whether the rows are inner products with the examples."""
    eigenvalues: np.ndarray
    """[m]: eigenvalues of the Gram matrix of the design."""
    eigenvectors: np.ndarray
    """[m, m], one eigenvector per column; [p, m] of features of which there are more."""
    projections: np.ndarray
    """[m, outputs]: projections of the targets, or of Φᵀ times them, onto the eigenvectors."""
    filters: np.ndarray
    """[penalties, m]: 1 / (eigenvalue + nλ), zero where minimum norm leaves a direction out."""

    @classmethod
    def solve(cls, design: Design, targets: np.ndarray, penalties: Sequence[float]) -> "RidgePath":
        """The path for `targets` [n, outputs]; ValueError for a negative penalty.

        A Gram matrix squares the condition number. Where its smallest eigenvalue is lost in
        rounding, as with about as many features as examples, the features are decomposed instead,
        and `design` becomes that of the features.
        """
        if min(penalties) < 0:
            raise ValueError("a ridge penalty must not be negative")
        values, vectors = eigh(design.gram, driver="evd", check_finite=False)
        error = max(design.examples, design.features) * EPSILON
        if values[0] > LEFT * error * values[-1]:
            moments = targets if design.dual else design.train.T @ targets
            filters = _filters(values, values > 0, design.examples, penalties)
            return cls(design, design.dual, values, vectors, vectors.T @ moments, filters)
        del vectors
        train, new = design.plain()
        left, singular, right = svd(train, full_matrices=False, check_finite=False)
        # Smaller singular values are rounding errors: the criterion of numpy.linalg.matrix_rank.
        kept = singular > error * singular[0]
        filters = _filters(singular**2, kept, design.examples, penalties)
        projections = singular[:, None] * (left.T @ targets)
        plain = replace(design, train=train, new=new)
        return cls(plain, False, singular**2, right.T, projections, filters)

    def predictions(self, rows: np.ndarray) -> np.ndarray:
        """Predictions [penalties, t, outputs] for `rows` [t, m] of this design's train or new."""
        filtered = self.filters[:, :, None] * self.projections
        penalties, size, outputs = filtered.shape
        weights = self.eigenvectors @ filtered.transpose(1, 0, 2).reshape(size, -1)
        return (rows @ weights).reshape(len(rows), penalties, outputs).transpose(1, 0, 2)

    def norms(self) -> np.ndarray:
        """‖w‖ [penalties, outputs]: the Euclidean norm of the weights of each output."""
        gains = self.filters**2 * (self._values if self.dual else 1.0)
        return np.sqrt(gains @ self.projections**2)

    def degrees_of_freedom(self) -> np.ndarray:
        """Trace of the matrix from targets to fitted values [penalties] (Hastie et al. 2009)."""
        return self.filters @ self._values

    def effective_parameters(self, rows: np.ndarray) -> np.ndarray:
        """n times the mean squared norm of the weights that `rows` [t, m] give to the targets.

        Shape [penalties]. On the training rows without a penalty this is the rank; on unseen rows
        it is the effective number of parameters of Curth et al. 2023 (section 4.2).
        """
        projected = np.mean((rows @ self.eigenvectors) ** 2, axis=0)
        gains = self.filters**2 * (1.0 if self.dual else self._values)
        return self.design.examples * (gains @ projected)

    @property
    def _values(self) -> np.ndarray:
        return np.maximum(self.eigenvalues, 0)  # rounding can leave the smallest below zero


def _filters(
    values: np.ndarray, kept: np.ndarray, examples: int, penalties: Sequence[float]
) -> np.ndarray:
    """1 / (value + nλ) [penalties, m]; without a penalty only for the values that are `kept`."""
    filters = np.zeros((len(penalties), len(values)))
    for number, penalty in enumerate(penalties):
        used = kept if penalty == 0 else slice(None)
        filters[number, used] = 1 / (np.maximum(values[used], 0) + examples * penalty)
    return filters
