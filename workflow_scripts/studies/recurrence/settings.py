"""The settings of the study of recurrence. Imports no torch."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.sequence_settings import SequenceArchitecture
from workflow_scripts.studies.recurrence.tasks.settings import TaskKind

Count = Annotated[int, Field(gt=0)]


class Criterion(Settings):
    """When a task is solved: at this and the next measurement."""

    accuracy: float = Field(gt=0, le=1)
    """Accuracy on held-out sequences, as a share, that must be reached."""
    squared_error: float = Field(gt=0)
    """Mean squared error below which a task with real answers is solved."""


class Condition(Settings):
    """One network, task and training, for all seeds."""

    task: TaskKind
    """What is to be learned."""
    network: SequenceArchitecture
    """The network that is trained."""
    training: Training
    """The training; `steps` is the budget: it ends earlier if all networks have solved the task."""
    sequences: Count
    """Training sequences of each seed; seen again where there are fewer than the steps take."""
    every: Count
    """The networks are measured every so many steps."""

    def measurement_steps(self) -> set[int]:
        """All steps at which the networks are measured, the last included."""
        return {*range(0, self.training.steps, self.every), self.training.steps}


class Gradients(Settings):
    """Gradients of the state after the last place with respect to the input of each place."""

    length: int = Field(ge=10)
    """Places T of the sequences that trained networks read."""
    long: int = Field(ge=10)
    """Places of the sequences that the networks read that are only initialised."""
    sequences: Count
    """Sequences over which the logarithm of the norm is averaged."""
    networks: dict[Name, SequenceArchitecture]
    """Networks that are only initialised, by name."""
    trained: tuple[str, ...]
    """Names of the conditions whose networks are followed at the start and after training."""
    fitted: tuple[int, int]
    """The least and the largest lag of the line that is fitted to the logarithm."""
    far: Count
    """The lag at which gated cells are compared with the plain one."""

    @model_validator(mode="after")
    def _consistent(self) -> "Gradients":
        least, largest = self.fitted
        if not 0 <= least < largest - 1 < self.long - 1:
            raise ValueError(f"fitted must be two lags that ascend to at most {self.long - 1}")
        if self.far >= self.length:
            raise ValueError(f"far must be a lag of at most {self.length - 1}")
        return self


class Memory(Settings):
    """Bytes that are held for the backward pass, and that inference needs."""

    lengths: tuple[Count, ...] = Field(min_length=3)
    """Places T of the sequences, all longer than the window."""
    window: Count
    """Places through which gradients flow back in the truncated networks."""
    networks: dict[Name, SequenceArchitecture]
    """The networks, without a window, by name."""
    batch: Count
    """Sequences that are read at a time."""

    @model_validator(mode="after")
    def _consistent(self) -> "Memory":
        if min(self.lengths) <= self.window or list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError("lengths must ascend from more than the window")
        for name, network in self.networks.items():
            if getattr(network, "window", 0) is not None:
                raise ValueError(f"networks.{name} must be recurrent and have no window")
        return self


class Identities(Settings):
    """Small networks on which identities are checked in float64."""

    cells: tuple[Literal["rnn", "lstm", "gru"], ...] = Field(min_length=1)
    """The kinds of the networks."""
    draws: Count
    """Networks and batches of sequences for each seed."""
    length: Count
    """Places of a sequence."""
    hidden: Count
    """Units of a network."""
    symbols: int = Field(ge=2)
    """Symbols and classes."""


class Recurrence(Settings):
    """The study of recurrence: what backpropagation through time can and cannot carry back."""

    seeds: SeedBatches
    """Batches of seeds, for all conditions; each batch is trained as one ensemble."""
    conditions: dict[Name, Condition]
    """All conditions that are trained, by name."""
    solved: Criterion
    """When a task counts as solved."""
    held_out: Count
    """Held-out sequences, the same for all networks of a condition."""
    gradients: Gradients
    """Gradients against lag."""
    memory: Memory
    """Bytes against the length of the sequences."""
    identities: Identities
    """Gradients that must be equal."""
    lstm: str
    """Name of the condition of the LSTM at the far lag; the rate of attention is its rival."""
    gru: str
    """Name of the condition of gated recurrent units at the far lag."""
    rnn: str
    """Name of the condition of the plain tanh network at the far lag."""
    unbiased: str
    """Name of the condition of an LSTM whose forget gates have no bias."""
    within: tuple[str, ...] = Field(min_length=1)
    """Names of truncated conditions whose lag is within the window."""
    beyond: tuple[str, ...] = Field(min_length=1)
    """Names of truncated conditions whose lag is beyond it."""
    whole: tuple[str, ...] = Field(min_length=1)
    """Names of conditions like those beyond the window, without truncation."""
    mixed: str
    """Name of the truncated condition that is trained on mixed lags and asked a far one."""
    alone: str
    """Name of the truncated condition that is trained on that far lag alone."""
    edge: tuple[str, ...] = ()
    """Names of further truncated conditions near the edge of the window, which are only drawn."""
    attention: tuple[str, ...] = Field(min_length=1)
    """Names of conditions of attention, the lag of the LSTM's among them."""
    rival: str
    """Name of the one of these that has the LSTM's task."""
    placed: str
    """Name of the condition of attention on a task in which only places tell symbols apart."""
    unplaced: str
    """Name of the same without positions."""
    linear: str
    """Name, among the networks of gradients, of the linear one below the radius 1."""
    exploding: str
    """Name of the linear one above the radius 1."""
    decaying: tuple[str, ...]
    """Names of others whose gradients are expected to decay exponentially."""

    @model_validator(mode="after")
    def _consistent(self) -> "Recurrence":
        single = ("lstm", "gru", "rnn", "unbiased", "mixed", "alone", "rival", "placed", "unplaced")
        named = {key: getattr(self, key) for key in single}
        several = ("within", "beyond", "whole", "edge", "attention")
        groups = {key: getattr(self, key) for key in several} | {
            "gradients.trained": self.gradients.trained
        }
        for key, names in groups.items():
            named |= {f"{key}.{number}": name for number, name in enumerate(names)}
        for key, name in named.items():
            if name not in self.conditions:
                raise ValueError(
                    f"{key} names the condition '{name}', which is not among the conditions"
                )
        for key in ("linear", "exploding"):
            network = self.gradients.networks.get(getattr(self, key))
            if getattr(network, "activation", "") != "linear":
                raise ValueError(f"{key} must name a linear network among gradients.networks")
        for name in self.decaying:
            if name not in self.gradients.networks:
                raise ValueError(f"decaying names '{name}', which is not in gradients.networks")
        for key in ("lstm", "gru", "rnn", "rival"):
            if getattr(self, key) not in self.gradients.trained:
                raise ValueError(f"gradients.trained must name the condition of {key} too")
        self._check_arms()
        return self

    def _check_arms(self) -> None:
        """ValueError if arms that are compared differ in anything else."""
        for key in ("within", "beyond", "edge"):
            for name in getattr(self, key):
                if getattr(self.conditions[name].network, "window", None) is None:
                    raise ValueError(f"{key} must name conditions with a window, not '{name}'")
        for name in self.whole:
            if getattr(self.conditions[name].network, "window", None) is not None:
                raise ValueError(f"whole must name conditions without a window, not '{name}'")
        if self.conditions[self.rival].task != self.conditions[self.lstm].task:
            raise ValueError("rival must have the task of lstm")
        placed, unplaced = self.conditions[self.placed], self.conditions[self.unplaced]
        if unplaced.model_copy(update={"network": placed.network}) != placed:
            raise ValueError("unplaced may differ from placed only in its network")
