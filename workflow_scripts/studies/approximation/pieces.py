"""The linear pieces of a ReLU network of one variable, counted layer by layer."""

import numpy as np

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters

NARROWEST = 1e-12
"""A piece that is narrower than this multiple of the interval is rounding."""
SAME = 1e-9
"""Relative difference of slopes up to which two neighbouring pieces are one."""


def knots(
    network: Mlp, parameters: Parameters, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """The ends `[P + 1]` and the slopes `[P]` of the linear pieces of one member on [low, high].

    In each layer every piece is cut where a unit crosses zero, so the count is that of the function
    and not of a grid. `parameters` are `[1, …]` in float64. Where weights and knots are dyadic (as
    in Telgarsky's network) no operation rounds, and the result is exact.
    """
    if network.sizes[0] != 1 or network.sizes[-1] != 1:
        raise ValueError(f"a network of one variable is expected, not {network.sizes}")
    weights, biases = (
        [parameters[f"{name}{layer}"][0].double().numpy() for layer in range(network.layers)]
        for name in ("weight", "bias")
    )
    # On each piece the units of a layer are lines: values `[P, units]` at its start, and slopes.
    starts, ends = np.array([low]), np.array([high])
    values, slopes = np.array([[low]]), np.array([[1.0]])
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        values, slopes = values @ weight + bias, slopes @ weight
        if layer == network.layers - 1:
            break
        starts, ends, values, slopes = _cut(starts, ends, values, slopes, NARROWEST * (high - low))
        middle = values + slopes * ((ends - starts) / 2)[:, None]
        alive = middle > 0
        values, slopes = np.where(alive, values, 0.0), np.where(alive, slopes, 0.0)
    return _merged(starts, ends, slopes[:, 0])


def count(network: Mlp, parameters: Parameters, low: float, high: float) -> int:
    """The number of linear pieces of one member on [low, high]."""
    return len(knots(network, parameters, low, high)[1])


def _cut(
    starts: np.ndarray, ends: np.ndarray, values: np.ndarray, slopes: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Every piece cut where one of its units is zero."""
    found: list[tuple[np.ndarray, int]] = []
    for piece in range(len(starts)):
        with np.errstate(divide="ignore", invalid="ignore"):
            roots = starts[piece] - values[piece] / slopes[piece]
        inner = roots[(roots > starts[piece] + least) & (roots < ends[piece] - least)]
        inner = np.unique(inner)
        inner = inner[np.diff(inner, prepend=-np.inf) > least]
        found.append((np.concatenate([[starts[piece]], inner]), piece))
    places = np.concatenate([at for at, _ in found])
    owner = np.concatenate([np.full(len(at), piece) for at, piece in found])
    along = (places - starts[owner])[:, None]
    return (
        places,
        np.append(places[1:], ends[-1]),
        values[owner] + slopes[owner] * along,
        slopes[owner],
    )


def _merged(
    starts: np.ndarray, ends: np.ndarray, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Neighbouring pieces of one slope as one piece."""
    scale = np.maximum(np.abs(slopes[1:]), np.abs(slopes[:-1]))
    bends = np.append(True, np.abs(np.diff(slopes)) > SAME * scale)
    return np.append(starts[bends], ends[-1]), slopes[bends]
