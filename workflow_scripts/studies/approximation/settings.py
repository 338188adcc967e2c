"""The settings of the approximation study."""

from typing import Annotated

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches, begin_alike, seeds_of
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.settings import Training

Count = Annotated[int, Field(gt=0)]
Increasing = Annotated[tuple[Count, ...], Field(min_length=2)]


class Functions(Settings):
    """The functions that a seed draws."""

    frequencies: Count
    """Number of frequencies of a smooth function, a Fourier series of period 2."""
    decay: float = Field(gt=0)
    """Power of the frequency with which its coefficients fall."""
    knots: Count
    """Number of knots of a kinked function."""
    exponent: float = Field(gt=0, lt=1)
    """Hölder exponent of a rough function."""
    octaves: int = Field(gt=1)
    """Number of octaves of a rough function."""


class Places(Settings):
    """Where errors are measured."""

    inside: int = Field(gt=2)
    """Number of equidistant places on the interval, at which the largest error is sought."""
    outside: int = Field(gt=1)
    """Number of places on each side of it."""
    beyond: float = Field(gt=0)
    """How far the places outside reach, as a multiple of the interval's length."""


class Polynomials(Settings):
    """Interpolation by polynomials."""

    degrees: Increasing
    """Their degrees, increasing."""
    steepness: tuple[float, float]
    """Range of c in Runge's function 1 / (1 + (c x)²), which the seed draws."""


class Tents(Settings):
    """Composed tents, and the piecewise linear functions that fit them best."""

    counted: Increasing
    """Numbers of tents of the networks whose pieces are counted, increasing."""
    fitted: Increasing
    """Numbers of tents that are fitted, increasing."""
    spread: float = Field(gt=0, lt=0.5)
    """Largest distance from 1/2 of the peak of a tent, which the seed draws."""
    places: int = Field(gt=2)
    """Number of equidistant places at which they are fitted."""
    left: float = Field(gt=0, lt=1)
    """Share of the variance that a fit may leave to count as enough pieces."""
    square: Increasing
    """Numbers of layers of the networks of the square, increasing."""


class Tuning(Settings):
    """The choice of the learning rate, on seeds of its own."""

    seeds: SeedBatches
    """Batches of seeds on which rates are compared."""
    rates: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=2)]
    """The learning rates from which the best is taken, for each kind of function and width."""


class Trained(Settings):
    """Networks of one hidden layer, trained on the functions."""

    groups: Annotated[tuple[tuple[Count, ...], ...], Field(min_length=1)]
    """Widths, increasing; a group is one ensemble of masked members."""
    points: int = Field(gt=2)
    """Number of equidistant training points, both ends included."""
    training: Training
    """The training by Adam; the tuned rates replace its own."""
    tuning: Tuning
    """The choice of the rates."""
    iterations: Count
    """Largest number of iterations of L-BFGS."""
    memory: Count
    """Number of differences of gradients that L-BFGS keeps."""

    @property
    def widths(self) -> tuple[int, ...]:
        """All widths, narrowest first."""
        return tuple(width for group in self.groups for width in group)


class Deep(Settings):
    """Deep networks, trained on composed tents."""

    depths: Increasing
    """Numbers of tents, and of hidden layers, increasing."""
    width: int = Field(ge=2)
    """Units of each hidden layer; two represent the tents exactly."""
    points: int = Field(gt=2)
    """Number of equidistant training points."""
    training: Training
    """The training."""


class Approximation(Settings):
    """The approximation study: what networks can represent, and what training finds."""

    seeds: SeedBatches
    """Batches of seeds of networks on smooth functions."""
    other_seeds: SeedBatches
    """Batches of seeds of all else, and of the claims about it; must begin with the seeds of the
    study, as far as both lists go."""
    functions: Functions
    """The functions to approximate."""
    widths: Increasing
    """Widths of the constructed networks, increasing."""
    places: Places
    """Where errors are measured."""
    polynomials: Polynomials
    """Interpolation by polynomials."""
    tents: Tents
    """Composed tents."""
    trained: Trained
    """Trained networks of one hidden layer."""
    deep: Deep
    """Trained deep networks."""

    @model_validator(mode="after")
    def _the_same_seeds(self) -> "Approximation":
        if not begin_alike(self.seeds, self.other_seeds):  # claims of both read smooth functions
            raise ValueError("other_seeds and seeds must begin with the same seeds")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> "Approximation":
        low, high = self.polynomials.steepness
        if not 0 < low < high:
            raise ValueError("polynomials.steepness must be two increasing positive numbers")
        for name, numbers in {
            "widths": self.widths,
            "polynomials.degrees": self.polynomials.degrees,
            "tents.counted": self.tents.counted,
            "tents.fitted": self.tents.fitted,
            "tents.square": self.tents.square,
            "trained.groups": self.trained.widths,
            "deep.depths": self.deep.depths,
        }.items():
            if sorted(set(numbers)) != list(numbers):
                raise ValueError(f"{name} must be increasing")
        if missing := set(self.trained.widths) - set(self.widths):
            raise ValueError(f"trained.groups has {min(missing)}, which widths has not")
        if min(self.widths) < 2:
            raise ValueError("widths must be at least 2")
        if 2 ** self.tents.fitted[-1] >= self.tents.places:
            raise ValueError("tents.places must exceed 2 to the power of the last of tents.fitted")
        if unfitted := set(self.deep.depths) - set(self.tents.counted):
            raise ValueError(f"deep.depths has {min(unfitted)}, which tents.counted has not")
        verdicts = {s for batch in (*self.seeds, *self.other_seeds) for s in seeds_of(batch)}
        tuned = {seed for batch in self.trained.tuning.seeds for seed in seeds_of(batch)}
        if both := verdicts & tuned:
            raise ValueError(f"trained.tuning.seeds has {min(both)}, which seeds has too")
        return self
