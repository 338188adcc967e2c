"""Gradient descent on a linear model, step by step and in closed form."""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import eigh


def exact_path(
    examples: np.ndarray, targets: np.ndarray, learning_rate: float, steps: Sequence[int]
) -> np.ndarray:
    """Weights [steps, p] of gradient descent from zero on ‖Xw − y‖² / 2n, after each of `steps`.

    Along the eigenvector i of XᵀX/n with eigenvalue λᵢ, each step multiplies the distance to the
    solution by 1 − ηλᵢ (Heckel & Yilmaz 2021, section 2); where λᵢ is zero, weights stay zero.
    """
    values, vectors = eigh(examples.T @ examples / len(examples))
    moments = vectors.T @ (examples.T @ targets) / len(examples)
    values = np.where(values > values[-1] * len(values) * np.finfo(np.float64).eps, values, 0)
    powers = (1 - learning_rate * values) ** np.asarray(steps, dtype=np.float64)[:, None]
    # (1 − (1 − ηλ)ᵗ) / λ, and its limit ηt.
    still = learning_rate * np.asarray(steps, dtype=np.float64)[:, None] * np.ones_like(values)
    gains = np.divide(1 - powers, values, out=still, where=values > 0)
    return (gains * moments) @ vectors.T


def simulated_path(
    examples: np.ndarray, targets: np.ndarray, learning_rate: float, steps: Sequence[int]
) -> np.ndarray:
    """The same weights, computed step by step; `steps` must be increasing."""
    weights = np.zeros(examples.shape[1])
    covariance = examples.T @ examples / len(examples)
    moments = examples.T @ targets / len(examples)
    kept, done = [], 0
    for step in steps:
        for _ in range(step - done):
            weights = weights - learning_rate * (covariance @ weights - moments)
        done = step
        kept.append(weights)
    return np.stack(kept)
