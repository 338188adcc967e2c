"""L-BFGS in float64 (SciPy's), one network after the other: the rival of the training loop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]
"""The loss at a vector of parameters, and its gradient."""


@dataclass(frozen=True)
class Minimum:
    """Where L-BFGS ended."""

    vector: np.ndarray
    loss: float
    iterations: int
    converged: bool
    """Whether it ended by itself, not at the limit of iterations."""


def minimise(objective: Objective, start: np.ndarray, iterations: int, memory: int) -> Minimum:
    """Minimise a function of a vector in float64 from `start`, with `memory` differences kept.

    It ends when SciPy finds neither a descent nor a gradient in float64, or after `iterations`.
    """
    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": iterations,
            "maxfun": 10 * iterations,
            "maxcor": memory,
            "ftol": 0.0,
            "gtol": 0.0,
        },
    )
    return Minimum(found.x, float(found.fun), int(found.nit), found.nit < iterations)
