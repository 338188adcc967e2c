"""A generator of signals in the style of MNIST-1D.

Source: S. Greydanus and D. Kobak, "Scaling Down Deep Learning with MNIST-1D", ICML 2024,
arXiv:2011.14439; the templates' values and the defaults are those of the authors'
release (Apache-2.0). The signals are statistically similar, not identical to that release.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from workflow_scripts.core.errors import UserError

CLASSES = 10
SMOOTHING = 2.0  # standard deviation, in points, of the Gaussian that correlates the noise

# One row per digit, drawn sideways: the height of the pen stroke at 12 equidistant points.
STROKES = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)


@dataclass(frozen=True)
class Draws:
    """The random numbers of n signals, which distinguish the examples of a class."""

    zeros: np.ndarray  # [n] appended zeros
    shift: np.ndarray  # [n] circular shift, in points
    amplitude: np.ndarray  # [n] factor around 1
    slope: np.ndarray  # [n] of the ramp
    correlated: np.ndarray  # [n, points] noise before smoothing
    white: np.ndarray  # [n, points]


def generate(
    train: int,
    test: int,
    length: int = 40,
    seed: int = 42,
    padding: tuple[int, int] = (36, 60),
    scale: float = 0.4,
    max_translation: int = 48,
    correlated_noise: float = 0.25,
    white_noise: float = 0.02,
    shear: float = 0.75,
) -> dict[str, np.ndarray]:
    """Generate {train,test}-inputs [n, length] float32 and {train,test}-labels [n] int64.

    Train and test come from two independent streams of PCG64(seed), so that neither depends on
    the size of the other; both are standardised by the mean and standard deviation of all training
    values. `length` only determines where the finished signals are sampled: the same seed gives
    the same signals at every resolution. Classes are balanced to within one example.
    """
    low, high = padding
    if not 0 <= low <= high:
        raise UserError(f"padding ({low}, {high}) must be the least and the most zeros")
    points = STROKES.shape[1] + high
    arrays: dict[str, np.ndarray] = {}
    for stream, (split, n) in enumerate((("train", train), ("test", test))):
        sequence = np.random.SeedSequence(seed, spawn_key=(stream,))
        generator = np.random.Generator(np.random.PCG64(sequence))
        labels = generator.permutation(np.arange(n) % CLASSES)
        draws = Draws(
            zeros=generator.integers(low, high, n, endpoint=True),
            shift=generator.integers(0, max_translation, n),
            amplitude=1 + scale * (generator.random(n) - 0.5),
            slope=shear * (generator.random(n) - 0.5),
            correlated=correlated_noise * generator.standard_normal((n, points)),
            white=white_noise * generator.standard_normal((n, points)),
        )
        arrays[f"{split}-inputs"] = resampled(signals(templates()[labels], draws), length)
        arrays[f"{split}-labels"] = labels.astype(np.int64)
    mean, std = arrays["train-inputs"].mean(), arrays["train-inputs"].std()
    for split in ("train", "test"):
        standardised = (arrays[f"{split}-inputs"] - mean) / std
        arrays[f"{split}-inputs"] = standardised.astype(np.float32)
    return arrays


def templates() -> np.ndarray:
    """Return the ten templates [10, 12], each with standard deviation 1/6 and starting at 0."""
    whitened = (STROKES - STROKES.mean(1, keepdims=True)) / STROKES.std(1, keepdims=True)
    return (whitened - whitened[:, :1]) / 6


def signals(drawn: np.ndarray, draws: Draws) -> np.ndarray:
    """Deform templates [n, 12] into signals [n, points] by the steps of the paper, in its order.

    Pad with zeros, stretch to `points`, scale, shift circularly, fill the padding with correlated
    noise, add white noise, subtract a ramp.
    """
    n, template_length = drawn.shape
    points = draws.white.shape[1]
    # The position of each point of the stretched signal on the padded template; beyond its last
    # value and the decline to the first appended zero there is only padding.
    source = np.arange(points) / (points - 1) * (template_length + draws.zeros - 1)[:, None]
    is_template = source < template_length
    ended = np.concatenate([drawn, np.zeros((n, 2))], axis=1)
    left = np.minimum(source, template_length).astype(np.int64)
    weight = np.where(is_template, source - left, 0.0)
    rows = np.arange(n)[:, None]
    stretched = ended[rows, left] * (1 - weight) + ended[rows, left + 1] * weight

    shifted = (np.arange(points) - draws.shift[:, None]) % points
    scaled = draws.amplitude[:, None] * stretched[rows, shifted]
    noise = gaussian_filter1d(draws.correlated, SMOOTHING, axis=1)
    noisy = np.where(is_template[rows, shifted], scaled, noise) + draws.white
    return noisy - draws.slope[:, None] * np.linspace(-0.5, 0.5, points)


def resampled(values: np.ndarray, length: int) -> np.ndarray:
    """Interpolate signals [n, points] linearly at `length` equidistant points, ends included."""
    points = values.shape[1]
    place = np.linspace(0, points - 1, length)
    left = np.minimum(place.astype(np.int64), points - 2)
    weight = place - left
    return values[:, left] * (1 - weight) + values[:, left + 1] * weight
