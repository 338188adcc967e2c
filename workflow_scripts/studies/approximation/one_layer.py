"""The loss of a network of one hidden layer on functions of one variable, and its gradient."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters

NAMES = ("weight0", "bias0", "weight1", "bias1")
"""The parameters of a perceptron of one hidden layer, in the order of their numbers in a vector."""


class OneLayer:
    """Mean squared error of a ReLU network 1-m-1 on places and values `[N]`, in float64.

    In closed form, as L-BFGS asks for it thousands of times for one network: through the product of
    each unit's marks of the places where it is active, not through the layers one by one.
    """

    def __init__(self, places: np.ndarray, values: np.ndarray, units: int) -> None:
        self._columns = np.stack([places, np.ones_like(places)], axis=1)
        self._values = values
        self._units = units
        self._hidden = np.empty((len(places), units))
        self._active = np.empty((len(places), units))

    def __call__(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss at the parameters `[3m + 1]`, and its gradient of the same shape."""
        units = self._units
        first, weights, bias = vector[: 2 * units], vector[2 * units : -1], vector[-1]
        np.matmul(self._columns, first.reshape(2, units), out=self._hidden)
        np.greater(self._hidden, 0, out=self._active)
        np.maximum(self._hidden, 0, out=self._hidden)
        errors = self._hidden @ weights + bias - self._values
        slopes = 2 / len(errors) * errors
        below = (self._columns * slopes[:, None]).T @ self._active * weights
        gradient = np.concatenate([below.ravel(), slopes @ self._hidden, [slopes.sum()]])
        return float(errors @ errors / len(errors)), gradient


def vector_of(parameters: Mapping[str, Tensor]) -> np.ndarray:
    """The parameters `[1, …]` of one network as a vector `[3m + 1]`, float64."""
    return np.concatenate([parameters[name].double().reshape(-1).numpy() for name in NAMES])


def parameters_of(vector: np.ndarray) -> Parameters:
    """The parameters `[1, …]` of one network from their vector."""
    units = (len(vector) - 1) // 3
    shapes = [(1, 1, units), (1, units), (1, units, 1), (1, 1)]
    parts = torch.from_numpy(np.array(vector, dtype=np.float64)).split([units, units, units, 1])
    return {name: part.view(shape) for name, part, shape in zip(NAMES, parts, shapes, strict=True)}
