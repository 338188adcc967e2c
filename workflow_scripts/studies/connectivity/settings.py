"""The settings of the study of mode connectivity."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches, seeds_of
from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.lottery.settings import Lottery

Kind = Literal["bezier", "chain"]
Points = Annotated[tuple[int, ...], Field(min_length=2)]


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
    branch_positions: int = Field(gt=2)
    """Number of positions on the line between two diverged copies, ends included."""
    plane_positions: int = Field(gt=2)
    """Number of grid points along each side of the plane through the two ends and the bend."""
    train: int = Field(gt=0)
    """Number of training examples for the training loss; the test set is used in full."""
    curvature: int = Field(gt=0)
    """Number of training examples for the largest eigenvalue of the Hessian."""


class Averaging(Settings):
    """Averages of the weights along an additional phase of training (Izmailov et al. 2018)."""

    training: Training
    """The additional phase, at a constant learning rate, after the training of the network."""
    every: int = Field(gt=0)
    """Number of steps between the iterates that are averaged."""
    decay: float = Field(gt=0, lt=1)
    """Decay rate, per step, of the exponential moving average."""
    annealed_from: float = Field(gt=0, lt=1)
    """Share of the annealed phase after which its iterates are averaged, as a control."""

    @model_validator(mode="after")
    def _consistent(self) -> "Averaging":
        if self.training.schedule.kind != "constant":
            raise ValueError("training.schedule must be constant: the annealed twin is its control")
        if (1 - self.annealed_from) * self.training.steps < 2 * self.every:
            raise ValueError("annealed_from leaves fewer than two iterates to average")
        return self


class Soups(Settings):
    """Averages of copies of one network, fine-tuned with all combinations of rate and decay."""

    training: Training
    """The fine-tuning; its learning rate and weight decay are replaced by those below."""
    learning_rates: Annotated[tuple[float, ...], Field(min_length=1)]
    """Learning rates of the copies."""
    weight_decays: Annotated[tuple[float, ...], Field(min_length=1)]
    """Weight decay coefficients of the copies."""


class Connectivity(Settings):
    """Mode connectivity: barriers between minima, paths around them, and averages of weights.

    The minima are dense networks of the lottery study, trained by its rules.
    """

    seeds: SeedBatches
    """Batches of seeds; network `s` of a batch is paired with network `s + apart`."""
    apart: int = Field(gt=0)
    """Difference between the seeds of a pair, such that no network is in two pairs."""
    main: str
    """Chain of the lottery study whose dense networks are connected and averaged."""
    widths: Annotated[tuple[str, ...], Field(min_length=3)]
    """Chains of the lottery study whose hidden units are matched, narrowest network first."""
    branches: Annotated[dict[str, Points], Field(min_length=1)]
    """For each chain the steps at which two copies of its dense networks diverge."""
    unstable: str
    """The chain among the branches whose copies, diverging at step 0, should not be connected."""
    measurement: Measurement
    """The measurement of paths."""
    curves: dict[Kind, CurveSettings]
    """The trained curves: Bézier (quadratic for one bend) and polygonal chain."""
    band: Band
    """The nudged elastic band between each pair."""
    averaging: Averaging
    """Averages along a trajectory."""
    soups: Soups
    """Averages of fine-tuned copies."""

    @model_validator(mode="after")
    def _consistent(self) -> "Connectivity":
        first = {seed for batch in self.seeds for seed in seeds_of(batch)}
        if first & {seed + self.apart for seed in first}:
            raise ValueError("apart is too small: a network would be in two pairs")
        if set(self.curves) != {"bezier", "chain"}:
            raise ValueError("curves must contain bezier and chain")
        if self.unstable not in self.branches:
            raise ValueError(f"unstable names '{self.unstable}', which is not among the branches")
        if self.main not in self.branches:
            raise ValueError(f"branches must contain the chain '{self.main}': the control uses it")
        return self

    def check(self, lottery: Lottery) -> None:
        """ValueError if a chain, or a step at which copies diverge, does not exist in `lottery`."""
        named = [("main", self.main)]
        named += [(f"widths.{at}", chain) for at, chain in enumerate(self.widths)]
        named += [(f"branches.{chain}", chain) for chain in self.branches]
        for key, chain in named:
            if chain not in lottery.chains:
                raise ValueError(f"connectivity.{key} names '{chain}', not a chain of lottery")
        for at, chain in enumerate(self.widths):
            if lottery.chains[chain].network.kind != "mlp":
                raise ValueError(f"connectivity.widths.{at} must be an mlp: its units are matched")
        for chain, points in self.branches.items():
            if not set(points) <= set(lottery.chains[chain].snapshots):
                raise ValueError(
                    f"connectivity.branches.{chain} must be among lottery.chains.{chain}.snapshots"
                )
        sample = lottery.chains[self.main].sample
        if not sample.validation:
            raise ValueError("connectivity.main needs a chain with validation examples, for soups")
