"""Polynomial interpolation in the barycentric form (Berrut & Trefethen 2004)."""

import numpy as np

CHEBYSHEV, EQUISPACED = "Chebyshev", "equispaced"


def nodes(kind: str, degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes `[n + 1]` on [−1, 1], and their barycentric weights up to a factor, for a degree n.

    Chebyshev points of the second kind, or equispaced ones (eqs. 5.1 and 5.4).
    """
    number = np.arange(degree + 1)
    signs = np.where(number % 2, -1.0, 1.0)
    if kind == CHEBYSHEV:
        halves = np.where((number == 0) | (number == degree), 0.5, 1.0)
        # As a sine, so that the nodes are symmetric to the bit.
        return np.sin(np.pi * (2 * number - degree) / (2 * degree)), signs * halves
    if kind != EQUISPACED:
        raise ValueError(f"nodes are {CHEBYSHEV} or {EQUISPACED}, not {kind}")
    steps = (degree - number[:-1]) / (number[:-1] + 1)
    binomials = np.concatenate([[1.0], np.cumprod(steps)])
    return np.linspace(-1, 1, degree + 1), signs * binomials


def interpolated(
    at: np.ndarray, weights: np.ndarray, values: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """The polynomial through `values` at the nodes `at`, evaluated at `places` (eq. 4.2)."""
    apart = np.subtract.outer(places, at)
    on = apart == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = weights / apart
        found = shares @ values / shares.sum(axis=1)
    return np.where(on.any(axis=1), values[on.argmax(axis=1)], found)


def runge(steepness: float, x: np.ndarray) -> np.ndarray:
    """Runge's function 1 / (1 + (c x)²); his own c is 5 on [−1, 1] (Runge 1901)."""
    return 1 / (1 + (steepness * x) ** 2)
