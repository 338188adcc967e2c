"""The settings of the lottery-ticket study."""

from typing import Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture

Arm = Literal[
    "reinitialised",
    "reinitialised-again",
    "shuffled",
    "random",
    "one-shot",
    "one-shot-long",
    "fine-tuned",
    "fine-tuned-random",
]
LONG: Arm = "one-shot-long"
"""The arm that is pruned from dense networks trained for as long as the ticket was sought."""


class Evaluation(Settings):
    """The steps at which a training is measured, in addition to its end."""

    early_step: int = Field(gt=0)
    """Step at which the test accuracy "early in training" is measured."""
    every: int = Field(gt=0)
    """Steps between measurements of the validation loss for early stopping.

    The accuracy of a network is that at the smallest of them.
    """
    last: int = Field(default=1, gt=0)
    """Number of measurements whose mean is the accuracy at the end: `every` steps apart.

    At a constant learning rate the accuracy fluctuates by a percentage point from step to step; the
    mean of a few measurements has less noise, for all arms alike.
    """

    def final_steps(self, steps: int) -> set[int]:
        """The steps at which the accuracy at the end of a training of `steps` steps is measured."""
        return {steps - back * self.every for back in range(self.last)}


class Timing(Settings):
    """Where the step of the smallest validation loss is found on a finer grid."""

    every: int = Field(gt=0)
    """Steps between measurements of the validation loss; a divisor of `evaluation.every`."""
    level: int = Field(gt=0)
    """The level of the main chain that is timed, beside the dense network."""


class Pruning(Settings):
    """One round of magnitude pruning."""

    scope: Literal["layer", "network"]
    """Rank weights within each layer, or over the whole network."""
    keep: float = Field(gt=0, lt=1)
    """Share of the surviving weights that a round keeps, between 0 and 1."""
    keep_output: float | None = Field(default=None, gt=0, le=1)
    """With scope `layer`: the share kept in the output layer; null for the same share."""

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
    """The training, validation and test examples."""
    training: Training
    """The training, the same at every level."""
    evaluation: Evaluation
    """The measurements of each training."""
    pruning: Pruning
    """One round of pruning."""
    levels: int = Field(default=0, ge=0)
    """Number of rounds of pruning; 0 for a network that is only a parent of needles."""
    rewind: tuple[int, ...] = Field(default=(0,), min_length=1, max_length=4)
    """Steps to which weights are rewound after pruning; all levels are trained for each step.

    However late it is, the training after it is as long as from the start.
    """
    snapshots: tuple[int, ...] = Field(default=(0,), min_length=1)
    """Steps of the dense training at which weights are saved, as starts of other trainings."""

    @model_validator(mode="after")
    def _consistent(self) -> "Chain":
        if any(not 0 <= step < self.training.steps for step in self.snapshots):
            raise ValueError(f"snapshots must lie from 0 to {self.training.steps - 1}")
        if not set(self.rewind) <= set(self.snapshots):
            raise ValueError("every step in rewind must be among the snapshots")
        if self.evaluation.early_step <= max(self.rewind):
            raise ValueError("evaluation.early_step must lie after every step in rewind")
        if not self.sample.validation:
            raise ValueError("early stopping needs validation examples: set sample.validation")
        if self.evaluation.every > self.training.steps:
            raise ValueError(f"evaluation.every must be at most {self.training.steps} steps")
        final = self.evaluation.final_steps(self.training.steps)
        if self.evaluation.early_step >= min(final):
            raise ValueError(f"evaluation.early_step must lie before step {min(final)}")
        return self


class Needles(Settings):
    """Parents of several widths, pruned to the same number of weights in the same rounds."""

    survivors: int = Field(gt=0)
    """Number of weights in each ticket."""
    rounds: int = Field(gt=0)
    """Number of rounds of pruning, with a constant share kept; the same for all parents."""
    shuffled: int = Field(default=1, gt=0)
    """Number of shuffled masks beside each ticket, over which the control is averaged."""
    chains: tuple[str, ...] = Field(min_length=3)
    """The chains whose dense networks are the parents, narrowest first."""


class Instability(Settings):
    """Copies of a network that share the first steps of training, then differ in data order."""

    chain: str
    """Name of the chain whose dense network is copied."""
    points: tuple[int, ...] = Field(min_length=2)
    """Steps at which the copies diverge."""
    line: int = Field(gt=2)
    """Number of points on the straight line between the two copies, ends included."""


class Lottery(Settings):
    """The lottery-ticket study: small subnetworks that train as well as the whole, and why."""

    seeds: SeedBatches
    """Batches of seeds; each batch is trained as one ensemble."""
    chains: dict[Name, Chain]
    """The chains of pruning, by name."""
    main: str
    """Name of the chain that most claims are about and that has the controls."""
    controls: dict[Arm, tuple[int, ...]]
    """The levels at which each control arm is trained; at level 0 nothing is pruned."""
    timing: Timing
    """The finer grid on which learning is timed."""
    long: SeedBatches | None = None
    """Those of the batches of seeds in which the arm `one-shot-long` is trained; null for all.

    It is pruned once from a dense network that was trained for as many steps as finding the ticket
    took: nearly as much as all levels together.
    """
    needles: Needles
    """The comparison of parents of several widths."""
    late: str
    """Name of the chain that tests late rewinding."""
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
        every = self.chains[self.main].evaluation.every
        if every % self.timing.every:
            raise ValueError(
                f"timing.every must divide chains.{self.main}.evaluation.every, which is {every}"
            )
        if self.timing.level > self.chains[self.main].levels:
            raise ValueError(f"timing.level is a level that the chain {self.main} lacks")
        if not set(self.instability.points) <= set(self.chains[self.instability.chain].snapshots):
            raise ValueError("instability.points must be among the snapshots of its chain")
        return self
