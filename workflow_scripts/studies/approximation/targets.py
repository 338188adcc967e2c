"""The functions to approximate, drawn by a seed: smooth, kinked and rough ones on [−1, 1]."""

from collections.abc import Callable

import numpy as np

from workflow_scripts.learning.streams import stream_seed
from workflow_scripts.studies.approximation.marks import KINKED, ROUGH, SMOOTH
from workflow_scripts.studies.approximation.settings import Functions

Function = Callable[[np.ndarray], np.ndarray]
"""Values `[N]` at the places `[N]`, float64, also outside [−1, 1]."""

LOW, HIGH = -1.0, 1.0
"""The interval on which functions are approximated."""
SCALING_POINTS = 10_001
"""Places at which the largest absolute value of a function is sought."""


def target(kind: str, settings: Functions, seed: int) -> Function:
    """The function of a kind that a seed draws, with 1 as its largest absolute value."""
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, f"{kind} target")))
    drawn = {SMOOTH: fourier, KINKED: broken_line, ROUGH: weierstrass}[kind](settings, generator)
    most = float(np.max(np.abs(drawn(np.linspace(LOW, HIGH, SCALING_POINTS)))))
    return lambda x: drawn(x) / most


def fourier(settings: Functions, generator: np.random.Generator) -> Function:
    """A Fourier series of period 2 whose normal coefficients fall as a power of the frequency."""
    frequencies = np.arange(1, settings.frequencies + 1)
    waves = generator.standard_normal((2, settings.frequencies)) * frequencies**-settings.decay

    def function(x: np.ndarray) -> np.ndarray:
        angles = np.pi * np.multiply.outer(x, frequencies)
        return np.cos(angles) @ waves[0] + np.sin(angles) @ waves[1]

    return function


def broken_line(settings: Functions, generator: np.random.Generator) -> Function:
    """A continuous piecewise linear function: uniform knots, normal changes of slope at each."""
    knots = generator.uniform(LOW, HIGH, settings.knots)
    changes = generator.standard_normal(settings.knots)
    slope = generator.standard_normal()

    def function(x: np.ndarray) -> np.ndarray:
        return slope * x + np.maximum(np.subtract.outer(x, knots), 0) @ changes

    return function


def weierstrass(settings: Functions, generator: np.random.Generator) -> Function:
    """Weierstrass's function Σ 2^(−αj) cos(2^j π x + φ_j) with random phases, α its exponent.

    It is Hölder continuous with α and no more (Hardy 1916), down to the last octave j.
    """
    octaves = np.arange(settings.octaves)
    phases = generator.uniform(0, 2 * np.pi, settings.octaves)

    def function(x: np.ndarray) -> np.ndarray:
        waves = np.zeros_like(x)
        for octave, phase in zip(octaves, phases, strict=True):
            waves += 2.0 ** (-settings.exponent * octave) * np.cos(2.0**octave * np.pi * x + phase)
        return waves

    return function
