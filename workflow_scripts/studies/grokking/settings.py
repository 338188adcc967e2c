"""The settings of the grokking study. Imports no torch."""

import math
from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches, begin_alike
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.cross_entropy_settings import CrossEntropySettings
from workflow_scripts.learning.ensemble.loss_settings import LossKind
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.pair_settings import PairArchitecture
from workflow_scripts.learning.networks.settings import Architecture

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(gt=0)]


class Table(Settings):
    """The table of a binary operation; a share of its entries are the training examples."""

    operation: Literal["add", "subtract", "divide", "compose", "random"]
    """Arithmetic modulo `size`, composition of permutations of `size` items, or random answers."""
    size: int = Field(ge=2)
    """The modulus, a prime for `divide`; for `compose` the number of permuted items (at most 6)."""
    fraction: Share
    """Share of the entries that are training examples, drawn separately for each seed."""

    @property
    def symbols(self) -> int:
        """The number of operands, which is also that of answers."""
        return math.factorial(self.size) if self.operation == "compose" else self.size

    @model_validator(mode="after")
    def _consistent(self) -> "Table":
        if self.operation == "divide" and any(self.size % n == 0 for n in range(2, self.size)):
            raise ValueError(f"size must be a prime for the operation 'divide', not {self.size}")
        if self.operation == "compose" and self.size > 6:
            raise ValueError("size must be at most 6 for the operation 'compose'")
        return self


class Generalisation(Settings):
    """The criterion by which a network has learned a split."""

    level: Share
    """Accuracy that must be reached, as a share."""
    hold: int = Field(ge=0)
    """Number of steps for which it must be kept: a temporary rise is not generalisation."""


class Condition(Settings):
    """One network, table and training, for all seeds."""

    table: Table
    """The table to learn."""
    network: PairArchitecture
    """The network that is trained."""
    training: Training
    """The training; `steps` is the budget: that of a network ends once it has generalised."""
    loss: LossKind = CrossEntropySettings(kind="cross-entropy")
    """The loss that is minimised."""
    measured: tuple[tuple[int, Count], ...]
    """Pairs (step, every): from that step on, measure every so many steps; the first step is 0."""

    @model_validator(mode="after")
    def _consistent(self) -> "Condition":
        starts = [start for start, _ in self.measured]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("measured must begin at step 0 and continue with increasing steps")
        return self

    def measurement_steps(self) -> list[int]:
        """All steps at which the networks are measured, the first and the last included."""
        ends = [start for start, _ in self.measured[1:]] + [self.training.steps]
        steps = {self.training.steps}
        for (start, every), end in zip(self.measured, ends, strict=True):
            steps |= set(range(start, min(end, self.training.steps), every))
        return sorted(steps)


class Images(Settings):
    """A network on ordinary images, trained on for as long again after its loss has converged."""

    sample: Sample
    """The images; the training examples are drawn for each seed."""
    network: Architecture
    """The network that is trained."""
    training: Training
    """The training, which is not stopped early."""
    every: Count
    """Training loss and test accuracy are measured every so many steps."""

    def measurement_steps(self) -> set[int]:
        """All steps at which the networks are measured, the last included."""
        return {*range(0, self.training.steps, self.every), self.training.steps}


class Grokking(Settings):
    """The grokking study: generalisation long after the training data are memorised."""

    seeds: SeedBatches
    """Batches of seeds of the main condition, its control and the images; each batch of a condition
    is one job."""
    compared_seeds: SeedBatches
    """Batches of seeds of all other conditions, and of the claims that compare them; must begin
    with the seeds of the study, as far as both lists go."""
    task_seeds: SeedBatches
    """Batches of seeds of other operations, and of the claim about them; must begin like the other
    lists too."""
    conditions: dict[Name, Condition]
    """All conditions that are trained, by name."""
    images: Images
    """The ordinary images on which stopping early costs little."""
    generalisation: Generalisation
    """The criterion for memorisation (training split) and generalisation (test split)."""
    converged: float = Field(gt=0)
    """Training loss (nats) at or below which training counts as converged."""
    plateau: float = Field(gt=1)
    """Test accuracy, in multiples of chance, below which a network is still on the plateau."""
    main: str
    """Name of the condition that most claims are about."""
    random: str
    """Name of the control condition: the same network on a table without a rule."""
    undecayed: str
    """Name of the main condition without weight decay, expected to memorise only."""
    decays: tuple[str, ...] = Field(min_length=3)
    """Names of the conditions that differ only in weight decay (and in their budgets)."""
    fractions: tuple[str, ...] = Field(min_length=4)
    """Names of the conditions that differ only in the share of training examples (and budget)."""
    tasks: tuple[str, ...] = Field(min_length=2)
    """Names of the conditions on other operations."""
    orthogonal: str
    """Name of the condition without weight decay and with orthogonal gradients."""
    stable: str
    """Name of the condition without weight decay and with a stable softmax."""
    collapsing: str
    """Name of the condition that differs from `stable` only in having the plain softmax."""
    rounded: str
    """Name of the condition that differs from `stable` only in its precision."""

    @model_validator(mode="after")
    def _the_same_seeds(self) -> "Grokking":
        # The control belongs to all.
        for one, other in combinations(("task_seeds", "compared_seeds", "seeds"), 2):
            if not begin_alike(getattr(self, one), getattr(self, other)):
                raise ValueError(f"{one} and {other} must begin with the same seeds")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> "Grokking":
        single = ("main", "random", "undecayed", "orthogonal", "stable", "collapsing", "rounded")
        named = {key: getattr(self, key) for key in single}
        for key in ("decays", "fractions", "tasks"):
            named |= {f"{key}.{n}": name for n, name in enumerate(getattr(self, key))}
        for key, name in named.items():
            if name not in self.conditions:
                raise ValueError(
                    f"{key} names the condition '{name}', which is not among the conditions"
                )
        undecayed = self.conditions[self.undecayed].training
        if undecayed.weight_decay:
            raise ValueError("undecayed must name a condition without weight decay")
        if any(self.conditions[n].training.steps > undecayed.steps for n in self.decays):
            raise ValueError("undecayed must have the longest budget of all decays")
        main, random = self.conditions[self.main], self.conditions[self.random]
        ordered = random.table.model_copy(update={"operation": main.table.operation})
        if main.model_copy(update={"table": random.table}) != random or ordered != main.table:
            raise ValueError("random must have the table and the training of main, without a rule")
        for group, changed in (("decays", "weight_decay"), ("fractions", "fraction")):
            recipes = [self._without(name, changed) for name in getattr(self, group)]
            if any(recipe != recipes[0] for recipe in recipes):
                raise ValueError(f"{group} may differ only in {changed} and in their budgets")
        stable, collapsing, rounded = (
            self.conditions[name] for name in (self.stable, self.collapsing, self.rounded)
        )
        if collapsing.model_copy(update={"loss": stable.loss}) != stable:
            raise ValueError("collapsing may differ from stable only in its loss")
        if (rounded.table, rounded.network) != (stable.table, stable.network):
            raise ValueError("rounded must have the table and the network of stable")
        return self

    def _without(self, name: str, changed: str) -> tuple[object, ...]:
        condition = self.conditions[name]
        free = {"steps", "weight_decay"} if changed == "weight_decay" else {"steps"}
        table = condition.table.model_dump(exclude={"fraction"} if changed == "fraction" else set())
        training = condition.training.model_dump(exclude=free)
        return table, condition.network, training, condition.loss
