"""Composed tents, and smooth maps composed as often: the pieces that they have and need."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.studies.approximation.best_fit import least_errors, line_errors
from workflow_scripts.studies.approximation.constructions import tents
from workflow_scripts.studies.approximation.measures import outputs
from workflow_scripts.studies.approximation.pieces import count
from workflow_scripts.studies.approximation.settings import Tents

TENTS, MONOTONE = "tents", "monotone"
STEEPEST = 0.9
"""Largest change of slope of a smooth map, which stays increasing below 1."""


def peaks(spread: float, depth: int, seed: int) -> np.ndarray:
    """The peaks `[depth]` of the tents of a seed: fewer tents are the first ones of more."""
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, "peaks")))
    return 0.5 + spread * generator.uniform(-1, 1, depth)


def composed_tents(at: Sequence[float] | np.ndarray, x: np.ndarray) -> np.ndarray:
    """Tents with these peaks, one after the other, without a network."""
    for peak in at:
        x = np.minimum(x / peak, (1 - x) / (1 - peak))
    return x


def composed_maps(seed: int, depth: int, x: np.ndarray) -> np.ndarray:
    """Random smooth increasing maps of [0, 1] onto itself, one after the other.

    x + a sin(2π j x) / (2π j) with j of 1 or 2: composing them folds nothing.
    """
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, "maps")))
    for change, twice in zip(
        generator.uniform(-STEEPEST, STEEPEST, depth), generator.integers(1, 3, depth), strict=True
    ):
        x = x + change * np.sin(2 * np.pi * twice * x) / (2 * np.pi * twice)
    return x


def parameters_of(depth: int) -> int:
    """The number of parameters of the network of `depth` tents, two units a layer."""
    return 6 * depth + 1


def units_of(parameters: int) -> int:
    """The units of the one hidden layer of a network with at least as many parameters."""
    return -(-(parameters - 1) // 3)


def tent_rows(settings: Tents, seed: int) -> list[dict[str, Any]]:
    """One row per arm and number of compositions.

    `pieces` are those of the network, counted (tents); `error` is its largest difference from the
    tents. `needed` are the fewest pieces of a fit that leaves at most the share `left` of the
    variance, and `shallow` is the share that the best fit leaves which a network of one hidden
    layer with as many parameters could be. Both are missing where only the network is counted.
    """
    x = np.linspace(0, 1, settings.places)
    rows: list[dict[str, Any]] = []
    for depth in settings.counted:
        at = peaks(settings.spread, depth, seed)
        network, parameters = tents(at.tolist())
        error = np.max(np.abs(outputs(network, parameters, x) - composed_tents(at, x)))
        facts = {"seed": seed, "arm": TENTS, "depth": depth}
        counted = {"pieces": count(network, parameters, 0.0, 1.0), "error": float(error)}
        fitted = depth in settings.fitted
        fit = best_fit(settings, composed_tents(at, x), depth) if fitted else NO_FIT
        rows.append(facts | counted | fit)
    for depth in settings.fitted:
        facts = {"seed": seed, "arm": MONOTONE, "depth": depth}
        fit = best_fit(settings, composed_maps(seed, depth, x), depth)
        rows.append(facts | {"pieces": np.nan, "error": np.nan} | fit)
    return rows


NO_FIT = {"needed": np.nan, "shallow": np.nan}


def best_fit(settings: Tents, values: np.ndarray, depth: int) -> dict[str, float]:
    """The pieces needed, and the share left with as many parameters."""
    costs = line_errors(np.linspace(0, 1, len(values)), values)
    total = float(np.sum((values - values.mean()) ** 2))
    pieces = units_of(parameters_of(depth)) + 1
    most = min(len(values), 2 ** (depth + 1))
    left = least_errors(costs, max(pieces, most)) / total
    enough = np.flatnonzero(left <= settings.left)
    return {
        "needed": float(enough[0] + 1) if len(enough) else np.nan,
        # Fewer where the fit was exact before.
        "shallow": float(left[min(pieces, len(left)) - 1]),
    }
