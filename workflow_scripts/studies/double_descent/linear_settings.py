"""The settings of the double-descent study that need no network: regressions and linear models."""

from itertools import pairwise
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.sample import Sample

Count = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Noise = Annotated[tuple[Share, Share], Field(min_length=2)]
"""Share of wrong labels without and with label noise: zero first."""
Ridge = Annotated[float, Field(gt=0)]


class Features(Settings):
    """Regression on random ReLU features of images, over the number of features."""

    sample: Sample
    """The images; each seed draws its own."""
    widths: Annotated[tuple[Count, ...], Field(min_length=6)]
    """Numbers of features; the number of training images is one of them."""
    noise: Noise
    """Shares of wrong training labels."""
    ridges: Annotated[tuple[Ridge, ...], Field(min_length=2)]
    """Ridge penalties, besides none: λ in the mean squared error + λ‖w‖²."""
    unseen: Count
    """Test images on which the effective number of parameters is measured."""

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
    """The same regression at one number of features, over the number of training images."""

    sample: Sample
    """The images; each seed draws its own, and smaller training sets are parts of larger ones."""
    width: Count
    """Number of features."""
    sizes: Annotated[tuple[Count, ...], Field(min_length=6)]
    """Numbers of training images; among them the number of features and a quarter of it."""

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
    """A group of features of the linear model that have one variance."""

    features: Count
    """How many."""
    deviation: float = Field(gt=0)
    """Standard deviation of each."""
    signal: float = Field(gt=0)
    """Variance of the target that these features explain."""


class TwoScales(Settings):
    """Gradient descent on a linear model whose features have two scales (Heckel & Yilmaz 2021)."""

    examples: Count
    """Training examples; more than features."""
    fast: Scale
    """Features that are learned first."""
    slow: Scale
    """Features that are learned later."""
    noise: float = Field(gt=0)
    """Standard deviation of the noise in the targets; the control has none."""
    learning_rate: float = Field(gt=0)
    """Step size of gradient descent on half the mean squared error."""
    steps: Count
    """Steps."""
    measurements: int = Field(gt=2)
    """Steps at which the risk is measured, evenly on a logarithmic scale."""

    @model_validator(mode="after")
    def _consistent(self) -> "TwoScales":
        if self.examples <= self.fast.features + self.slow.features:
            raise ValueError("examples must outnumber the features of both scales together")
        return self


def measured_steps(steps: int, measurements: int) -> list[int]:
    """At most `measurements` steps from 1 to `steps`, evenly on a logarithmic scale."""
    return sorted({round(step) for step in np.geomspace(1, steps, measurements)})


def rising(key: str, values: tuple[float, ...]) -> None:
    """ValueError names `key` where a value is not above the one before it."""
    if any(after <= before for before, after in pairwise(values)):
        raise ValueError(f"{key} must be strictly increasing")


def quiet_first(noise: tuple[float, float]) -> None:
    """ValueError unless there is no noise first, and then some."""
    if noise[0] != 0 or noise[1] <= 0:
        raise ValueError("noise must be zero (the control), then a share above zero")
