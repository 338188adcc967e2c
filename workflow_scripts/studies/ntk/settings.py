"""The settings of the study of the neural tangent kernel."""

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd

Count = Annotated[int, Field(gt=0)]
Scale = Annotated[float, Field(gt=0)]
"""An output scale α: the network that is trained is α (f − f₀) (Chizat et al. 2019)."""


def _plain(optimiser: Sgd) -> Sgd:
    if optimiser.momentum:
        raise ValueError("must be 0: step sizes are those of gradient descent without momentum")
    return optimiser


Plain = Annotated[Sgd, AfterValidator(_plain)]
"""Gradient descent without momentum."""


class Descent(Settings):
    """Full-batch gradient descent to a common loss."""

    optimiser: Plain
    """Gradient descent without momentum."""
    loss: float = Field(gt=0)
    """Mean squared training error at which a network stops; targets have the mean square 1."""
    rate: float = Field(gt=0, le=1)
    """Step size, in units of one over the largest eigenvalue of the current kernel."""
    refresh: Count
    """Largest number of steps after which that eigenvalue and the loss are computed again."""
    steps: Count
    """Largest number of steps; a network that has not reached the loss by then has no numbers."""


class SingleIndex(Settings):
    """Regression on the sine of one random direction, with inputs on a sphere."""

    inputs: Count
    """Number of inputs d; each example has the length √d."""
    examples: Annotated[int, Field(ge=2)]
    """Number of training examples."""
    unseen: Count
    """Number of further examples, on which predictions are compared."""
    frequency: float = Field(gt=0)
    """Factor of the projection in the sine."""


class Widths(Settings):
    """What training changes, by width."""

    task: SingleIndex
    """What the networks learn."""
    alphas: Annotated[tuple[Scale, ...], Field(min_length=2)]
    """Output scales, decreasing; the first is that of the claims."""
    rich: Scale
    """The output scale of the control."""
    depths: dict[Name, Annotated[tuple[Count, ...], Field(min_length=3)]]
    """Widths of the hidden layers, increasing, by the number of layers: 2 and 3."""
    descent: Descent
    """The training."""
    weights: Count
    """Number of weights that are trained at once; a wide network is trained alone."""

    @model_validator(mode="after")
    def _consistent(self) -> "Widths":
        if list(self.depths) != ["2", "3"]:
            raise ValueError("depths must be those of 2 and of 3 layers, in this order")
        for layers, widths in self.depths.items():
            if any(after <= before for before, after in pairwise(widths)):
                raise ValueError(f"depths.{layers} must be strictly increasing")
        if any(after >= before for before, after in pairwise(self.alphas)):
            raise ValueError("alphas must be strictly decreasing")
        if self.rich not in self.alphas[1:]:
            raise ValueError("rich must be one of the alphas after the first")
        return self


class Parity(Settings):
    """The product of two of many signs, from the lazy to the rich regime."""

    inputs: Annotated[int, Field(ge=3)]
    """Number of signs of an example."""
    examples: Count
    """Number of training examples."""
    unseen: Count
    """Number of further examples, on which accuracy is measured."""
    aligned: Annotated[int, Field(ge=3)]
    """Number of these, the first ones, on which the kernel is compared with the labels."""
    width: Count
    """Number of hidden units."""
    alphas: Annotated[tuple[Scale, ...], Field(min_length=2)]
    """Output scales, increasing."""
    rich: Scale
    """The smaller of the two output scales that are compared; the only two with other labels."""
    lazy: Scale
    """The larger one."""
    descent: Descent
    """The training."""

    @model_validator(mode="after")
    def _consistent(self) -> "Parity":
        if any(after <= before for before, after in pairwise(self.alphas)):
            raise ValueError("alphas must be strictly increasing")
        if not {self.rich, self.lazy} <= set(self.alphas) or self.rich >= self.lazy:
            raise ValueError("rich and lazy must be two of the alphas, the smaller one first")
        if self.aligned > self.unseen:
            raise ValueError("aligned must not exceed unseen")
        return self


class Images(Settings):
    """Two classes of images: a network, the regression with its own kernel, and its tangent."""

    sample: Sample
    """The images of all classes from which those of the pair are taken."""
    pair: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    """Numbers of the two classes."""
    sizes: Annotated[tuple[Count, ...], Field(min_length=1)]
    """Numbers of training images of the pair, increasing."""
    width: Count
    """Number of hidden units."""
    alpha: Scale
    """The small output scale of the network."""
    ridges: Annotated[tuple[Scale, ...], Field(min_length=2)]
    """Penalties of the kernel, in units of its largest eigenvalue / n; chosen on validation."""
    descent: Descent
    """The training; its end is chosen on validation, at the latest at this loss or step."""

    @model_validator(mode="after")
    def _consistent(self) -> "Images":
        if any(after <= before for before, after in pairwise(self.sizes)):
            raise ValueError("sizes must be strictly increasing")
        if self.pair[0] == self.pair[1]:
            raise ValueError("pair must name two different classes")
        if not self.sample.validation:
            raise ValueError("sample.validation must be positive: penalties are chosen on it")
        return self


class Identities(Settings):
    """Closed forms beside another way to compute the same."""

    width: Count
    """Number of units of each hidden layer."""
    steps: Count
    """Number of steps of gradient descent."""


class Ntk(Settings):
    """The study of the neural tangent kernel: networks on the way to infinite width."""

    seeds: SeedBatches
    """Batches of seeds; each draws data, target and initial weights."""
    widths: Widths
    """What training changes, by width."""
    parity: Parity
    """What is learned, by output scale."""
    images: Images
    """Networks and their kernels on real images."""
    identities: Identities
    """Closed forms that are checked."""
