"""Extrapolation from small sizes to large ones: a power law, or the classical U-curve."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import curve_fit

PARAMETERS = 3
"""The number of parameters of each curve: neither is more flexible than the other."""


def power_law(sizes: ArrayLike, losses: ArrayLike, at: ArrayLike) -> np.ndarray:
    """Fit loss = c + a size^-b with a, b, c ≥ 0 to `sizes`, `losses` [points]; its values at `at`.

    Least squares of the logarithm of the loss (Kaplan et al. 2020, eq. 1.1, with the irreducible
    loss of Henighan et al. 2020).
    """
    x, y = _checked(sizes, losses)
    scale = x.min()

    def log_loss(size: np.ndarray, a: float, b: float, c: float) -> np.ndarray:
        return np.log(c + a * (size / scale) ** -b)

    tiny = 1e-12 * y.min()  # keeps the logarithm finite where a and c vanish
    fits = []
    for floor in (0.0, 0.5, 0.9):  # shares of the lowest loss: the fit has local minima
        start = (y[0] - floor * y.min(), 0.5, max(floor * y.min(), tiny))
        bounds = ([tiny, 0.0, tiny], [np.inf, np.inf, np.inf])
        fitted, _ = curve_fit(log_loss, x, np.log(y), start, bounds=bounds, maxfev=10_000)
        fits.append((float(np.sum((log_loss(x, *fitted) - np.log(y)) ** 2)), tuple(fitted)))
    return np.exp(log_loss(np.asarray(at, dtype=np.float64), *min(fits)[1]))


def u_curve(sizes: ArrayLike, losses: ArrayLike, at: ArrayLike) -> np.ndarray:
    """Fit log loss as a quadratic in log size to `sizes`, `losses` [points]; its values at `at`.

    The U of bias and variance: it falls, has one minimum, and rises.
    """
    x, y = _checked(sizes, losses)
    fitted = np.polynomial.Polynomial.fit(np.log(x), np.log(y), PARAMETERS - 1)
    return np.exp(fitted(np.log(np.asarray(at, dtype=np.float64))))


def log_error(predicted: ArrayLike, measured: ArrayLike) -> np.ndarray:
    """Absolute difference of the logarithms."""
    return np.abs(np.log(np.asarray(predicted)) - np.log(np.asarray(measured)))


def _checked(sizes: ArrayLike, losses: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(sizes, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"expected as many losses as sizes, got {y.shape} and {x.shape}")
    if len(x) <= PARAMETERS:
        raise ValueError(f"a fit of {PARAMETERS} parameters needs more than {len(x)} points")
    if np.any(x <= 0) or np.any(y <= 0):
        raise ValueError("sizes and losses must be positive")
    return x, y
