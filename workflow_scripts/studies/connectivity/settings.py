"""The settings of the study of mode connectivity."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture

Kind = Literal["bezier", "chain"]
Points = Annotated[tuple[int, ...], Field(min_length=1)]
EARLY = 0.1
"""Share of a training within which an unstable network must become stable."""


class Minimum(Settings):
    """A recipe whose results are minima: network, examples and training."""

    network: Architecture
    """The network."""
    sample: Sample
    """The training, validation and test examples; each seed draws its own."""
    training: Training
    """The training."""
    part: tuple[Annotated[int, Field(ge=0)], ...] = ()
    """Steps at which two copies of a network of each seed part; none for no copies."""

    @model_validator(mode="after")
    def _consistent(self) -> "Minimum":
        if any(step >= self.training.steps for step in self.part):
            raise ValueError(f"part must lie from 0 to {self.training.steps - 1}")
        if list(self.part) != sorted(set(self.part)):
            raise ValueError("part must be in ascending order, each step once")
        return self


class CurveSettings(Settings):
    """A curve between two networks, trained at positions drawn uniformly along it."""

    bends: int = Field(gt=0)
    """Number of control points between the two ends; only these are trained."""
    training: Training
    """The training of the bends."""


class Band(Settings):
    """A nudged elastic band, as in AutoNEB (Draxler et al. 2018)."""

    pivots: int = Field(gt=0)
    """Number of pivots in the first cycle, equally spaced on the line between the two ends."""
    insertions: tuple[Annotated[int, Field(gt=0)], ...]
    """Number of pivots added before each further cycle, where the loss between two is highest."""
    spring: float = Field(gt=0)
    """Stiffness of the springs that keep the pivots apart (force per distance in weights)."""
    training: Training
    """The training that relaxes the band in each cycle."""


class Measurement(Settings):
    """The positions on a path and the examples at which loss and error are measured."""

    positions: int = Field(gt=2)
    """Number of positions on a path, ends included."""
    line_positions: int = Field(gt=2)
    """Number of positions on a line between parted copies or matched networks, ends included."""
    random_orders: int = Field(gt=0)
    """Number of orders of the hidden units over which a line that is not matched is averaged.

    The barrier of a line depends on the order, that as trained being one of many.
    """
    matching: int = Field(gt=0)
    """Number of test examples for the lines whose units are put in other orders."""
    plane_positions: int = Field(gt=2)
    """Number of grid points along each side of the plane through the two ends and the bend."""
    train: int = Field(gt=0)
    """Number of training examples for the training loss; the test set is used in full."""
    curvature: int = Field(gt=0)
    """Number of training examples for the largest eigenvalue of the Hessian."""


class Averaging(Settings):
    """Averages of the weights along one training (Izmailov et al. 2018)."""

    training: Training
    """The whole training, from its initial weights, at a constant learning rate."""
    every: int = Field(gt=0)
    """Number of steps between the iterates that are averaged."""
    iterates: int = Field(gt=1)
    """Number of last iterates in the average; as many first iterates are averaged as a control."""
    decay: float = Field(gt=0, lt=1)
    """Decay rate, per step, of the exponential moving average."""

    @model_validator(mode="after")
    def _consistent(self) -> "Averaging":
        if self.training.schedule.kind != "constant":
            raise ValueError("training.schedule must be constant: the annealed twin is its rival")
        if 2 * self.iterates * self.every > self.training.steps:
            raise ValueError("the first iterates reach into the last: lower iterates or every")
        return self

    @property
    def last(self) -> set[int]:
        """The steps after which the averaged iterates are taken."""
        return {self.training.steps - at * self.every for at in range(self.iterates)}

    @property
    def first(self) -> set[int]:
        """The steps of as many first iterates, equally far apart."""
        return {at * self.every for at in range(1, self.iterates + 1)}


class Soups(Settings):
    """Averages of copies of one network, fine-tuned with all combinations of rate and decay.

    The new task consists of the images of the old one, under noise.
    """

    noise: float = Field(gt=0)
    """Standard deviation of the noise in the images of the new task, which are standardised."""
    examples: int = Field(gt=0)
    """Number of training examples of the new task."""
    training: Training
    """The fine-tuning; its learning rate and weight decay are replaced by those below."""
    learning_rates: Annotated[tuple[float, ...], Field(min_length=1)]
    """Learning rates of the copies."""
    weight_decays: Annotated[tuple[float, ...], Field(min_length=1)]
    """Weight decay coefficients of the copies."""


class Connectivity(Settings):
    """Mode connectivity: barriers between minima, paths around them, and averages of weights.

    The two networks of a pair have different initial weights and orders of examples, and the
    training examples that the seed of the pair draws.
    """

    seeds: SeedBatches
    """Batches of seeds; each seed is a pair of networks, all of its own."""
    minima: dict[Name, Minimum]
    """The recipes of networks, by name."""
    main: str
    """The recipe whose networks are connected and fine-tuned, and whose copies part late."""
    widths: Annotated[tuple[str, ...], Field(min_length=3)]
    """Recipes whose hidden units are matched, narrowest network first."""
    unstable: str
    """The recipe whose copies are not connected if they part at step 0."""
    measurement: Measurement
    """The measurement of paths."""
    curves: dict[Kind, CurveSettings]
    """The trained curves: Bézier (quadratic for one bend) and polygonal chain."""
    band: Band
    """The nudged elastic band between each pair."""
    averaging: Averaging
    """Averages along a training of the network of `main`."""
    soups: Soups
    """Averages of fine-tuned copies."""

    @model_validator(mode="after")
    def _consistent(self) -> "Connectivity":
        named = [("main", self.main), ("unstable", self.unstable)]
        named += [(f"widths.{at}", name) for at, name in enumerate(self.widths)]
        for key, name in named:
            if name not in self.minima:
                raise ValueError(f"{key} names '{name}', which is not among the minima")
        for at, name in enumerate(self.widths):
            if self.minima[name].network.kind != "mlp":
                raise ValueError(f"widths.{at} must be an mlp: its units are matched")
        if set(self.curves) != {"bezier", "chain"}:
            raise ValueError("curves must contain bezier and chain")
        main, unstable = self.minima[self.main], self.minima[self.unstable]
        if not main.sample.validation:
            raise ValueError(f"minima.{self.main}.sample needs validation examples, for soups")
        self._check_budgets(main)
        self._check_parting(main, unstable)
        return self

    def _check_budgets(self, main: Minimum) -> None:
        """What is trained between two ends must not have been trained longer than the ends."""
        for kind, curve in self.curves.items():
            if curve.training.steps > main.training.steps:
                raise ValueError(f"curves.{kind} is trained longer than its ends")
            if curve.training.schedule != main.training.schedule:
                raise ValueError(f"curves.{kind} needs the schedule of its ends")
        if (1 + len(self.band.insertions)) * self.band.training.steps > main.training.steps:
            raise ValueError("band is trained longer than its ends, all cycles together")

    def _check_parting(self, main: Minimum, unstable: Minimum) -> None:
        if not main.part or 2 * main.part[-1] < main.training.steps:
            raise ValueError(f"minima.{self.main}.part needs a step in the second half: a control")
        early = EARLY * unstable.training.steps
        if len(unstable.part) < 2 or unstable.part[0] != 0 or unstable.part[-1] > early:
            raise ValueError(
                f"minima.{self.unstable}.part needs 0 and later steps, none after {early:g}"
            )
