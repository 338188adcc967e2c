"""Networks whose weights are written down instead of trained, as float64 parameters of an `Mlp`."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters

Built = tuple[Mlp, Parameters]
"""A network of the library, and the parameters `[1, …]` of one member."""


def interpolant(places: np.ndarray, values: np.ndarray) -> Built:
    """One hidden layer of m units that passes through `values` at m + 1 increasing `places`.

    The first piece goes on to the left of the first place: one unit, −max(0, −(x − x_1)), has its
    knot at the second place and the other direction. Right of the last place, the last piece goes
    on. The error for a function with second derivative f″ is at most h² max |f″| / 8.
    """
    slopes = np.diff(values) / np.diff(places)
    units = len(slopes)
    if units < 2:
        raise ValueError("an interpolant that goes on to both sides has at least two units")
    knots, changes = places[1:-1], np.diff(slopes)
    # s_0 (x − x_1) = s_0 max(0, x − x_1) − s_0 max(0, x_1 − x): one more unit, at the first knot.
    into = np.concatenate([[-1.0], np.ones(units - 1)])
    at = np.concatenate([[knots[0]], -knots])
    out = np.concatenate([[-slopes[0]], [slopes[0] + changes[0]], changes[1:]])
    layers = [(into[None], at), (out[:, None], values[1:2])]
    return Mlp([1, units, 1]), _parameters(layers)


def tents(peaks: Sequence[float]) -> Built:
    """Skew tents composed, the first in `peaks` applied first: two units in each of k layers.

    A tent rises from 0 to 1 at its peak and falls back to 0 at 1; with peaks of 1/2 the network is
    Telgarsky's (2015, Lemma 3.6).
    """
    rows = [_tent_row(peak) for peak in peaks]
    layers = [(np.ones((1, 2)), np.array([0.0, -peaks[0]]))]
    for row, peak in zip(rows, peaks[1:], strict=False):
        layers.append((np.stack([row, row], axis=1), np.array([0.0, -peak])))
    layers.append((rows[-1][:, None], np.zeros(1)))
    return Mlp([1, *[2] * len(rows), 1]), _parameters(layers)


def square(layers: int) -> Built:
    """x² on [0, 1] as x − Σ tent∘s(x) / 4^s with s up to `layers` (Yarotsky 2017, Prop. 2).

    Three units in each layer: two of the next tent and one that carries the sum so far, which is
    never negative. The largest error is 2^(−2m − 2) with m layers.
    """
    row = _tent_row(0.5)
    written = [(np.ones((1, 3)), np.array([0.0, -0.5, 0.0]))]
    for number in range(1, layers):
        carried = np.concatenate([-row / 4.0**number, [1.0]])
        tent = np.concatenate([row, [0.0]])
        written.append((np.stack([tent, tent, carried], axis=1), np.array([0.0, -0.5, 0.0])))
    last = np.concatenate([-row / 4.0**layers, [1.0]])
    written.append((last[:, None], np.zeros(1)))
    return Mlp([1, *[3] * layers, 1]), _parameters(written)


def _tent_row(peak: float) -> np.ndarray:
    """The weights of max(0, x) and max(0, x − peak) in a tent on [0, 1]."""
    return np.array([1 / peak, -1 / peak - 1 / (1 - peak)])


def _parameters(layers: Sequence[tuple[np.ndarray, np.ndarray]]) -> Parameters:
    """Weights `[in, out]` and biases `[out]` of each layer as the parameters of one member."""
    named: dict[str, Tensor] = {}
    for number, (weight, bias) in enumerate(layers):
        named[f"weight{number}"] = torch.from_numpy(np.ascontiguousarray(weight)).unsqueeze(0)
        named[f"bias{number}"] = torch.from_numpy(np.ascontiguousarray(bias)).unsqueeze(0)
    return named
