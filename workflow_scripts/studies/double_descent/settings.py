"""The settings of the double-descent study."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from workflow_scripts.core.seeds import SeedBatches, seeds_of
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture
from workflow_scripts.studies.double_descent.linear_settings import (
    Count,
    Features,
    Noise,
    Sizes,
    TwoScales,
    quiet_first,
    rising,
)
from workflow_scripts.studies.double_descent.widened import of_width_one


class Networks(Settings):
    """Networks of many widths, trained together."""

    sample: Sample
    """The examples; each seed draws its own for training and validation."""
    network: Annotated[Architecture, AfterValidator(of_width_one)]
    """The network of width 1; widths multiply its hidden units or, if it is residual, channels."""
    groups: Annotated[tuple[tuple[Count, ...], ...], Field(min_length=1)]
    """Widths, increasing; a group is one ensemble of masked members, all as wide as the widest."""
    noise: Noise
    """Shares of wrong training labels."""
    training: Training
    """The training, the same for every width."""
    averaging: float = Field(gt=0, lt=1)
    """Decay, per step, of the moving average of the weights, which early stopping uses."""
    measurements: int = Field(gt=1)
    """Number of steps at which errors are measured, log-spaced; the last is the end."""

    @property
    def widths(self) -> tuple[int, ...]:
        """All widths, narrowest first."""
        return tuple(width for group in self.groups for width in group)

    @model_validator(mode="after")
    def _consistent(self) -> "Networks":
        rising("groups", self.widths)
        if not self.sample.validation:
            raise ValueError("sample.validation must be positive: early stopping needs it")
        quiet_first(self.noise)
        return self


class Epochs(Settings):
    """One network, trained for a long time at a small constant learning rate."""

    sample: Sample
    """The training, validation and test examples."""
    network: Architecture
    """The network."""
    noise: Noise
    """Shares of wrong training labels."""
    training: Training
    """The training."""
    measurements: int = Field(gt=2)
    """Number of steps at which errors are measured, evenly on a logarithmic scale."""

    @model_validator(mode="after")
    def _consistent(self) -> "Epochs":
        quiet_first(self.noise)
        return self


class DoubleDescent(Settings):
    """The double-descent study: models beyond the point where they fit all training data."""

    seeds: SeedBatches
    """Batches of seeds of the networks."""
    regression_seeds: SeedBatches
    """Batches of seeds of regressions and linear models; must begin with those of the networks."""
    features: Features
    """Regression on random features, by their number."""
    sizes: Sizes
    """Regression on random features, by the number of training examples."""
    networks: Networks
    """Trained networks, by their width."""
    epochs: Epochs
    """A trained network, by the number of steps."""
    two_scales: TwoScales
    """A linear model, by the number of steps, in closed form."""

    @model_validator(mode="after")
    def _consistent(self) -> "DoubleDescent":
        # Claims about both are judged on the first seeds of the networks.
        networks, regressions = (
            [seed for batch in batches for seed in seeds_of(batch)]
            for batches in (self.seeds, self.regression_seeds)
        )
        if regressions[: len(networks)] != networks:
            raise ValueError("regression_seeds must begin with all seeds of the networks")
        return self
