"""The settings of the study of architecture search. Imports no torch."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from workflow_scripts.core.seeds import SeedBatches, begin_alike
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.nas.cell import DILATIONS, EDGES, NONE, POOL, SKIP
from workflow_scripts.studies.nas.compound_settings import Compound

Count = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
Letters = (*DILATIONS, SKIP, POOL, NONE)


def _cell(text: str) -> str:
    if len(text) != len(EDGES) or not set(text) <= set(Letters):
        raise ValueError(f"a cell is {len(EDGES)} letters of {', '.join(Letters)}, not {text!r}")
    return text


def _operations(text: str) -> str:
    if len(text) < 2 or len(set(text)) < len(text) or not set(text) <= set(Letters):
        raise ValueError(f"operations are two or more different letters of {', '.join(Letters)}")
    return text


class SignalSample(Settings):
    """The signals of one seed, drawn from all generated ones."""

    train: Count
    """Training signals; a supernet trains weights with one half, its architecture with another."""
    validation: Count
    """Signals by which architectures are chosen."""


class Body(Settings):
    """What all networks of a table have in common."""

    channels: Count
    """Channels of stem and cell."""
    classes: Count = 10
    """Number of classes."""


class Space(Settings):
    """A search space: operations, and the edges on which they may stand."""

    operations: Annotated[str, AfterValidator(_operations)]
    """Letters: c convolution, d dilated convolution, s skip connection, p pooling, n none."""
    free: Annotated[tuple[Annotated[int, Field(ge=0, lt=len(EDGES))], ...], Field(min_length=1)]
    """Numbers of the edges that are chosen, out of 0→1, 0→2, 1→2, 0→3, 1→3, 2→3; others skip."""


class CellTraining(Settings):
    """The training of all cells of a table."""

    seeds: SeedBatches
    """Seeds of the table: each draws its signals, their order and the initial weights."""
    training: Training
    """The training of every cell."""
    halves: tuple[Count, Count]
    """Steps after which accuracies are noted for successive halving: a quarter, a half."""
    members: Count
    """Networks that are trained as one ensemble."""
    parts: Count
    """Jobs among which the cells are divided."""
    hand: Annotated[str, AfterValidator(_cell)]
    """A cell that is designed by hand."""

    @model_validator(mode="after")
    def _consistent(self) -> "CellTraining":
        if not self.halves[0] < self.halves[1] < self.training.steps:
            raise ValueError("halves must ascend to less than the steps of the training")
        return self


class CellTable(Settings):
    """The table of all cells, as searches read it."""

    file: str | None = None
    """The committed table; null to train it in this run."""
    sha256: str | None = None
    """SHA-256 of that file, checked when it is read."""
    retrained: Count
    """Cells, drawn at random, that a run trains again to compare them with the table."""

    @model_validator(mode="after")
    def _consistent(self) -> "CellTable":
        if (self.file is None) != (self.sha256 is None):
            raise ValueError("a committed table needs its sha256, and only that")
        return self


class Reinforce(Settings):
    """REINFORCE with a policy of its own for every edge (Zoph & Le 2017; Dong & Yang 2020)."""

    rate: Rate
    """Rate of the policy's logits."""
    baseline: float = Field(ge=0, lt=1)
    """Decay of the moving average of accuracies that is subtracted."""


class Evolution(Settings):
    """Regularised evolution (Real et al. 2019)."""

    population: Count
    """Cells that are alive; the oldest dies."""
    tournament: Count
    """Cells of which the best has a child."""


class Halving(Settings):
    """Successive halving (Jamieson & Talwalkar 2016), in brackets one after the other."""

    cells: Count
    """Cells that begin in a bracket; a half goes on after a quarter of the steps, and so on."""


class Search(Settings):
    """The searches on the table."""

    repetitions: Count
    """Searches of each algorithm for every seed of the study."""
    trainings: tuple[Count, ...] = Field(min_length=2)
    """Numbers of trainings after which regret is noted, ascending."""
    levels: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=2)
    """Regrets (pp) until which trainings are counted, ascending."""
    compared: Count
    """The number of them at which algorithms are compared across spaces."""
    reinforce: Reinforce
    """Reinforcement learning."""
    evolution: Evolution
    """Evolution."""
    halving: Halving
    """Successive halving."""

    @model_validator(mode="after")
    def _consistent(self) -> "Search":
        if list(self.trainings) != sorted(set(self.trainings)) or self.trainings[0] != 1:
            raise ValueError("trainings must ascend from 1")
        if list(self.levels) != sorted(set(self.levels)):
            raise ValueError("levels must ascend")
        if self.compared not in self.trainings:
            raise ValueError("compared must be one of the numbers in trainings")
        return self


class SupernetTraining(Settings):
    """Supernets of one space and one way to train them."""

    space: Name
    """Name of the space."""
    training: Training
    """The training; weights and architecture move in every step."""
    order: Literal[1, 2] = 1
    """Order of the gradient of the architecture."""
    factor: Rate
    """Rate of the architecture weights over that of the others."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """Share of examples for which a skip connection brings nothing while weights are trained."""
    every: Count
    """The architecture is read every so many steps."""
    untrained: Annotated[int, Field(ge=0)] = 0
    """Further supernets of each seed that are not trained: their cells are a control."""


class Nas(Settings):
    """The study of architecture search: spaces, algorithms, supernets, scaling."""

    seeds: SeedBatches
    """Batches of seeds of searches and supernets."""
    growing_seeds: SeedBatches
    """Batches of seeds of claims about costs and about DARTS' cells, and of supernets that only
    these read; must begin with the seeds of the study, as far as both lists go."""
    scaled_seeds: SeedBatches
    """Batches of seeds of scaled networks; must begin in the same way."""
    signals: Mnist1d
    """The generator of the signals; its test signals are the same for all networks."""
    sample: SignalSample
    """The signals of each seed."""
    body: Body
    """What all networks of a table have in common."""
    spaces: dict[Name, Space]
    """The search spaces, by name."""
    cells: CellTraining
    """The training of all cells of these spaces."""
    table: CellTable
    """The table of their accuracies."""
    search: Search
    """The searches on the table."""
    supernets: dict[Name, SupernetTraining]
    """Supernets, by name."""
    compound: Compound
    """Compound scaling."""
    good: str
    """Name of the good space."""
    middle: str
    """Name of the space in between."""
    bad: str
    """Name of the bad space."""
    growing: tuple[str, ...] = Field(min_length=3)
    """Names of spaces that grow edge by edge."""
    differentiable: dict[str, str]
    """Name of the supernet, of the first order, by space; one each for the spaces above."""
    second: str
    """Name of the supernet of the second order."""
    long: str
    """Name of the supernet that is trained for long."""
    protected: str
    """Name of one like it, with operation dropout."""
    stop: Count
    """Step at which the cell of a supernet is taken."""

    @model_validator(mode="after")
    def _the_same_seeds(self) -> "Nas":
        for key in ("growing_seeds", "scaled_seeds"):
            if not begin_alike(getattr(self, key), self.seeds):
                raise ValueError(f"{key} and seeds must begin with the same seeds")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> "Nas":
        for key in ("good", "middle", "bad"):
            if getattr(self, key) not in self.differentiable:
                raise ValueError(f"differentiable has no supernet of {key}: {getattr(self, key)}")
        for name in self.growing:
            if name not in self.differentiable:
                raise ValueError(f"differentiable has no supernet of the space '{name}'")
        sizes = [len(self.spaces[name].free) for name in self.growing if name in self.spaces]
        if sizes != sorted(set(sizes)):
            raise ValueError("growing must name spaces with more and more free edges")
        for space, name in self.differentiable.items():
            if space not in self.spaces:
                raise ValueError(f"differentiable names '{space}', which is not in spaces")
            if name not in self.supernets or self.supernets[name].space != space:
                raise ValueError(f"differentiable.{space} must name a supernet of that space")
        for key in ("second", "long", "protected"):
            if getattr(self, key) not in self.supernets:
                raise ValueError(f"{key} names a supernet that is not in supernets")
        for name, arm in self.supernets.items():
            if arm.space not in self.spaces:
                raise ValueError(f"supernets.{name}.space is not in spaces")
            if self.stop % arm.every or self.stop > arm.training.steps:
                raise ValueError(f"supernets.{name} is not read at the step {self.stop}")
        return self
