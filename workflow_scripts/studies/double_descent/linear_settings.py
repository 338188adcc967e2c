"""The settings of the double-descent study without networks: regressions and linear models."""

from itertools import pairwise
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.sample import Sample

Count = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Noise = Annotated[tuple[Share, Share], Field(min_length=2)]
"""Shares of wrong labels: zero (the control) first, then one above zero."""
Ridge = Annotated[float, Field(gt=0)]
TWO, ONE = "two scales", "one scale"
"""Names of the linear model and of its control."""


class Features(Settings):
    """Regression on random ReLU features of images, as a function of their number."""

    sample: Sample
    """The images; each seed draws its own subset."""
    widths: Annotated[tuple[Count, ...], Field(min_length=6)]
    """Numbers of features, increasing; must contain the number of training images."""
    noise: Noise
    """Shares of wrong training labels: zero, then one above zero."""
    ridges: Annotated[tuple[Ridge, ...], Field(min_length=2)]
    """Penalties λ in: mean squared error + λ‖w‖², increasing; λ = 0 is solved in addition."""
    unseen: Count
    """Number of test images on which the effective number of parameters is measured."""

    @model_validator(mode="after")
    def _consistent(self) -> "Features":
        rising("widths", self.widths)
        rising("ridges", self.ridges)
        if self.sample.train not in self.widths[1:-1]:
            raise ValueError("widths must contain sample.train and widths on both sides of it")
        if not self.sample.validation:
            raise ValueError("sample.validation must be positive: penalties are chosen on it")
        if self.unseen > self.sample.test:
            raise ValueError("unseen must not exceed sample.test")
        quiet_first(self.noise)
        return self


class Sizes(Settings):
    """The same regression with a fixed number of features, by the number of training images."""

    sample: Sample
    """The images; each seed draws its own, and larger training sets contain smaller ones."""
    width: Count
    """Number of features."""
    sizes: Annotated[tuple[Count, ...], Field(min_length=6)]
    """Numbers of training images, increasing; must contain `width` and a quarter of it."""

    @model_validator(mode="after")
    def _consistent(self) -> "Sizes":
        rising("sizes", self.sizes)
        if self.sizes[-1] != self.sample.train:
            raise ValueError("sizes must end with sample.train")
        if not {self.width, self.width // 4} <= set(self.sizes) or self.width % 4:
            raise ValueError("sizes must contain the width and a quarter of it")
        if not self.sample.validation:
            raise ValueError("sample.validation must be positive: penalties are chosen on it")
        return self


class Scale(Settings):
    """A group of features of the linear model with the same variance."""

    features: Count
    """Number of features."""
    deviation: float = Field(gt=0)
    """Standard deviation of each feature."""
    signal: float = Field(gt=0)
    """Variance of the target that these features explain."""


class TwoScales(Settings):
    """Gradient descent on a linear model whose features have two scales (Heckel & Yilmaz 2021).

    The control has as many features and as much signal, all at the scale of the fast ones.
    """

    examples: Count
    """Number of training examples; more than features of both scales."""
    fast: Scale
    """Features that are learned first."""
    slow: Scale
    """Features that are learned later."""
    noise: float = Field(gt=0)
    """Standard deviation of the noise in the targets; without it there is no first ascent."""
    learning_rate: float = Field(gt=0)
    """Step size of gradient descent on half the mean squared error."""
    steps: Count
    """Number of steps."""
    measurements: int = Field(gt=2)
    """Number of steps at which the risk is measured, evenly on a logarithmic scale."""

    @model_validator(mode="after")
    def _consistent(self) -> "TwoScales":
        if self.examples <= self.fast.features + self.slow.features:
            raise ValueError("examples must outnumber the features of both scales together")
        return self


def measured_steps(steps: int, measurements: int) -> list[int]:
    """At most `measurements` steps from 1 to `steps`, evenly on a logarithmic scale."""
    return sorted({round(step) for step in np.geomspace(1, steps, measurements)})


def rising(key: str, values: tuple[float, ...]) -> None:
    """ValueError that names `key` if a value is not greater than the previous one."""
    if any(after <= before for before, after in pairwise(values)):
        raise ValueError(f"{key} must be strictly increasing")


def quiet_first(noise: tuple[float, float]) -> None:
    """ValueError unless the first share of noise is zero and the second is positive."""
    if noise[0] != 0 or noise[1] <= 0:
        raise ValueError("noise must be zero (the control), then a share above zero")
