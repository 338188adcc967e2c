"""Ridge regression for all penalties, minimum norm included, from one eigendecomposition."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from workflow_scripts.learning.regression.design import Design


@dataclass(frozen=True)
class RidgePath:
    """The solutions of min (1/n)‖Φw − Y‖² + λ‖w‖² for all λ of a path.

    λ = 0 denotes the limit, the minimum-norm solution among those of least squared error.
    """

    design: Design
    eigenvalues: np.ndarray
    """[m], increasing: eigenvalues of the Gram matrix of the design."""
    eigenvectors: np.ndarray
    """[m, m], one eigenvector per column."""
    projections: np.ndarray
    """[m, outputs]: projections of the targets, or of Φᵀ times them, onto the eigenvectors."""
    filters: np.ndarray
    """[penalties, m]: 1 / (eigenvalue + nλ), zero where minimum norm leaves a direction out."""

    @classmethod
    def solve(cls, design: Design, targets: np.ndarray, penalties: Sequence[float]) -> "RidgePath":
        """The path for `targets` [n, outputs]; ValueError for a negative penalty."""
        if min(penalties) < 0:
            raise ValueError("a ridge penalty must not be negative")
        values, vectors = eigh(design.gram, driver="evd", check_finite=False)
        moments = targets if design.dual else design.train.T @ targets
        # Smaller eigenvalues are rounding errors: the criterion of numpy.linalg.matrix_rank.
        smallest = values[-1] * max(design.train.shape) * np.finfo(np.float64).eps
        kept = values > smallest
        filters = np.zeros((len(penalties), len(values)))
        for number, penalty in enumerate(penalties):
            used = kept if penalty == 0 else slice(None)
            shifted = np.maximum(values[used], 0) + design.examples * penalty
            filters[number, used] = 1 / shifted
        return cls(design, values, vectors, vectors.T @ moments, filters)

    def predictions(self, rows: np.ndarray) -> np.ndarray:
        """Predictions [penalties, t, outputs] for `rows` [t, m] of the design's train or new."""
        filtered = self.filters[:, :, None] * self.projections
        penalties, size, outputs = filtered.shape
        weights = self.eigenvectors @ filtered.transpose(1, 0, 2).reshape(size, -1)
        return (rows @ weights).reshape(len(rows), penalties, outputs).transpose(1, 0, 2)

    def norms(self) -> np.ndarray:
        """‖w‖ [penalties, outputs]: the Euclidean norm of the weights of each output."""
        gains = self.filters**2 * (self._values if self.design.dual else 1.0)
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
        gains = self.filters**2 * (1.0 if self.design.dual else self._values)
        return self.design.examples * (gains @ projected)

    @property
    def _values(self) -> np.ndarray:
        return np.maximum(self.eigenvalues, 0)  # rounding can leave the smallest below zero
