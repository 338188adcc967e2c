"""The settings of the lottery-ticket study."""

from typing import Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture

Arm = Literal[
    "ones",
    "reinitialised",
    "shuffled",
    "random",
    "one-shot",
    "fine-tuned",
    "fine-tuned-random",
]


class Evaluation(Settings):
    """When a training is measured besides at its end."""

    early_step: int = Field(gt=0)
    """The step at which "early in training" is measured, on the test set."""
    every: int = Field(ge=0)
    """Steps between measurements of the validation loss, for early stopping; 0 for none."""
    last: int = Field(default=1, gt=0)
    """Measurements, `every` steps apart up to the last step, whose mean is the final accuracy.

    At a constant learning rate the accuracy jumps by a point from step to step; the mean of a few
    measurements says where a training has arrived with less noise, for every arm alike.
    """

    def final_steps(self, steps: int) -> set[int]:
        """The steps at which the final accuracy of a training of `steps` steps is measured."""
        return {steps - back * self.every for back in range(self.last)}


class Pruning(Settings):
    """What one round of magnitude pruning removes."""

    scope: Literal["layer", "network"]
    """Rank the weights of each layer by themselves, or of the whole network together."""
    keep: float = Field(gt=0, lt=1)
    """Share of the surviving weights that a round keeps."""
    keep_output: float | None = Field(default=None, gt=0, le=1)
    """With scope `layer`: the share kept in the output layer, if another."""

    @model_validator(mode="after")
    def _consistent(self) -> "Pruning":
        if self.keep_output is not None and self.scope == "network":
            raise ValueError("keep_output belongs to the scope 'layer'")
        return self


class Chain(Settings):
    """Iterative magnitude pruning of one network: train, prune, rewind, train, level by level."""

    network: Architecture
    """The dense network."""
    sample: Sample
    """The examples."""
    training: Training
    """One training, the same at every level."""
    evaluation: Evaluation
    """When it is measured."""
    pruning: Pruning
    """One round of pruning."""
    levels: int = Field(default=0, ge=0)
    """Rounds of pruning; none for a network that is only a parent of needles."""
    rewind: tuple[int, ...] = Field(default=(0,), min_length=1, max_length=4)
    """Steps to which weights are rewound after pruning; each has levels of its own."""
    snapshots: tuple[int, ...] = Field(default=(0,), min_length=1)
    """Steps of the dense training of which a copy is kept: all that anything starts from."""

    @model_validator(mode="after")
    def _consistent(self) -> "Chain":
        if any(not 0 <= step < self.training.steps for step in self.snapshots):
            raise ValueError(f"snapshots must lie from 0 to {self.training.steps - 1}")
        if not set(self.rewind) <= set(self.snapshots):
            raise ValueError("every step in rewind must be among the snapshots")
        if self.evaluation.early_step <= max(self.rewind):
            raise ValueError("evaluation.early_step must lie after every step in rewind")
        if self.evaluation.every and not self.sample.validation:
            raise ValueError("evaluation.every needs validation examples: set sample.validation")
        final = self.evaluation.final_steps(self.training.steps)
        if self.evaluation.early_step >= min(final):
            raise ValueError(f"evaluation.early_step must lie before step {min(final)}")
        if len(final) < self.evaluation.last:
            raise ValueError("evaluation.last above 1 needs evaluation.every above 0")
        return self


class Needles(Settings):
    """Parents of several widths, all pruned to the same number of weights in as many rounds."""

    survivors: int = Field(gt=0)
    """Weights left in each ticket."""
    rounds: int = Field(gt=0)
    """Rounds of pruning, each keeping the same share: the same cost in trainings for all."""
    chains: tuple[str, ...] = Field(min_length=3)
    """The chains whose dense networks are the parents, narrowest first."""


class Instability(Settings):
    """Copies of a network that share their first steps and then see other orders of examples."""

    chain: str
    """The chain whose dense network is copied."""
    points: tuple[int, ...] = Field(min_length=2)
    """Steps at which the copies part."""
    line: int = Field(gt=2)
    """Points on the straight line between the two copies, ends included."""


class Lottery(Settings):
    """The lottery-ticket study: which small subnetworks train as well as the whole, and why."""

    seeds: SeedBatches
    """Batches of seeds, trained as ensembles."""
    chains: dict[Name, Chain]
    """The chains of pruning, by name."""
    main: str
    """The chain that most claims are about, with its controls."""
    controls: dict[Arm, tuple[int, ...]]
    """For each control arm the levels at which it is trained."""
    needles: Needles
    """The comparison of parents."""
    late: str
    """The chain that tests late rewinding."""
    instability: Instability
    """Linear mode connectivity of the dense network of that chain."""

    @model_validator(mode="after")
    def _consistent(self) -> "Lottery":
        named = {"main": self.main, "late": self.late, "instability.chain": self.instability.chain}
        named |= {f"needles.chains.{n}": chain for n, chain in enumerate(self.needles.chains)}
        for key, chain in named.items():
            if chain not in self.chains:
                raise ValueError(f"{key} names the chain '{chain}', which is not among the chains")
        for chain in (self.main, *self.needles.chains):
            if 0 not in self.chains[chain].rewind:
                raise ValueError(
                    f"chains.{chain}.rewind must contain 0: its claims are about the start"
                )
        for arm, levels in self.controls.items():
            if any(not 0 <= level <= self.chains[self.main].levels for level in levels):
                raise ValueError(f"controls.{arm} has a level that the chain {self.main} lacks")
        if not set(self.instability.points) <= set(self.chains[self.instability.chain].snapshots):
            raise ValueError("instability.points must be among the snapshots of its chain")
        return self
