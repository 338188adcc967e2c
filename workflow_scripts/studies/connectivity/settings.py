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
    """A curve between two networks, trained at places drawn uniformly along it."""

    bends: int = Field(gt=0)
    """Control points between the two ends; they alone are trained."""
    training: Training
    """The training of the bends."""


class Band(Settings):
    """A nudged elastic band in the manner of AutoNEB (Draxler et al. 2018)."""

    pivots: int = Field(gt=0)
    """Pivots between the two ends in the first cycle, equally spaced on the straight line."""
    insertions: tuple[Annotated[int, Field(gt=0)], ...]
    """Pivots added before each further cycle, where the path between two pivots is worst."""
    spring: float = Field(gt=0)
    """Stiffness of the springs that keep the pivots apart."""
    training: Training
    """The relaxation in each cycle."""


class Measurement(Settings):
    """Where along a path loss and error are measured, and on what."""

    positions: int = Field(gt=2)
    """Places on a path, ends included."""
    branch_positions: int = Field(gt=2)
    """Places on the line between two copies that parted, ends included."""
    plane_positions: int = Field(gt=2)
    """Places along each side of the plane through the two ends and the bend."""
    train: int = Field(gt=0)
    """Training examples on which the loss is measured; of the test set all are taken."""
    curvature: int = Field(gt=0)
    """Training examples on which the largest eigenvalue of the Hessian is measured."""


class Averaging(Settings):
    """Averages of the weights along one more stretch of training (Izmailov et al. 2018)."""

    training: Training
    """The stretch at a constant rate, after the network's own training."""
    every: int = Field(gt=0)
    """Steps between the iterates of which the average is taken."""
    decay: float = Field(gt=0, lt=1)
    """Decay a step of the exponential moving average."""
    annealed_from: float = Field(gt=0, lt=1)
    """Share of the annealed stretch after which its iterates are averaged, as the control."""

    @model_validator(mode="after")
    def _consistent(self) -> "Averaging":
        if self.training.schedule.kind != "constant":
            raise ValueError("training.schedule must be constant: the annealed twin is its control")
        if (1 - self.annealed_from) * self.training.steps < 2 * self.every:
            raise ValueError("annealed_from leaves fewer than two iterates to average")
        return self


class Soups(Settings):
    """Copies of one network, fine-tuned with each combination of rate and decay, and averaged."""

    training: Training
    """One fine-tuning; its rate and decay are replaced by those below."""
    learning_rates: Annotated[tuple[float, ...], Field(min_length=1)]
    """Learning rates."""
    weight_decays: Annotated[tuple[float, ...], Field(min_length=1)]
    """Weight decays."""


class Connectivity(Settings):
    """What lies between the minima: barriers, paths around them, and averages of weights.

    The minima are dense networks of the lottery study, trained by its rules.
    """

    seeds: SeedBatches
    """Batches of pairs: network `s` of a batch is joined with network `s + apart`."""
    apart: int = Field(gt=0)
    """Distance of the seeds of a pair; no network is in two pairs."""
    main: str
    """The chain of the lottery study whose dense networks are joined and averaged."""
    widths: Annotated[tuple[str, ...], Field(min_length=3)]
    """Chains whose hidden units are matched, narrowest first."""
    branches: Annotated[dict[str, Points], Field(min_length=1)]
    """Chain: the steps at which two copies of its dense networks part."""
    unstable: str
    """The chain, among the branches, whose copies must not be connected when they part at once."""
    measurement: Measurement
    """How paths are measured."""
    curves: dict[Kind, CurveSettings]
    """Trained curves: quadratic Bézier (one bend) and polygonal chain."""
    band: Band
    """The elastic band."""
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
        """ValueError where a chain, or a step at which copies part, is not one of `lottery`."""
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
