"""What examples are to be answered with: each kind of target is a type, known by name."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Targets(ABC):
    """The targets of N examples: `values` `[N, *target]`, or `[M, N, *target]` if `per_member`.

    A study with targets of another kind subclasses this beside its steps, and packs whatever its
    loss needs of an example into one tensor. ValueError for values of another type or shape.
    """

    values: Tensor
    per_member: bool = False
    """Whether each of M members has targets of its own (wrong labels, say) for the same inputs."""

    target_axes: ClassVar[int | None] = None
    """Axes of one target; None for one or more."""
    numbers_classes: ClassVar[bool] = False
    """Whether targets are numbers of classes, int64, and no floats."""

    def __post_init__(self) -> None:
        values, axes = self.values, self.values.dim() - 1 - self.per_member
        fits = axes >= 1 if self.target_axes is None else axes == self.target_axes
        typed = values.dtype == torch.int64 if self.numbers_classes else values.is_floating_point()
        if not (fits and typed):
            shape, kind = tuple(values.shape), type(self).__name__
            raise ValueError(f"{kind} are not made of {values.dtype} values of shape {shape}")

    def __len__(self) -> int:
        """Number of examples N."""
        return self.values.shape[int(self.per_member)]

    @abstractmethod
    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """What is said of each example's outputs, by name: `[M, B]` each, "loss" among them.

        `outputs` are the network's, `[M, B, …]`; `targets` are what `batch` or `part` gave.
        """

    def first(self, count: int) -> Self:
        """The targets of the first `count` examples."""
        return replace(self, values=self.values.narrow(int(self.per_member), 0, count))

    def to(self, device: torch.device | str) -> Self:
        """The same targets on `device`."""
        return replace(self, values=self.values.to(device))

    def batch(self, rows: Tensor) -> Tensor:
        """Targets `[M, B, *target]` of the examples `rows` `[M, B]` of each member."""
        if not self.per_member:
            return self.values[rows]
        members = torch.arange(len(rows), device=rows.device).unsqueeze(1)
        return self.values[members, rows]

    def part(self, start: int, stop: int, members: int) -> Tensor:
        """Targets `[M, n, *target]` of the examples `start` to `stop`, the same for all members."""
        if self.per_member:
            return self.values[:, start:stop]
        return self.values[start:stop].expand(members, *self.values[start:stop].shape)


class ClassNumbers(Targets):
    """The number of the right class, `[N]` int64; outputs are logits `[M, B, K]`."""

    target_axes: ClassVar[int | None] = 0
    numbers_classes = True

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Cross-entropy in nats ("loss"), and whether the largest logit is right ("accuracy")."""
        log_probabilities = outputs.log_softmax(-1)
        chosen = log_probabilities.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
        return {"loss": -chosen, "accuracy": log_probabilities.argmax(-1) == targets}


class ClassMaps(ClassNumbers):
    """A class number at each place of a sequence or image, `[N, *places]` int64.

    Outputs are logits `[M, B, *places, K]`. An example's measures are the means over its places.
    """

    target_axes = None

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Those of the class numbers, averaged over the places."""
        each = super().measures(outputs, targets)
        return {name: values.flatten(2).double().mean(2) for name, values in each.items()}


class SoftTargets(Targets):
    """How much of each class an example is, `[N, K]`, such as a teacher's probabilities.

    Rows need not add up to one: an example of weight w has a row that adds up to w, and counts so
    much in every loss that is linear in its target. Outputs are logits `[M, B, K]`.
    """

    target_axes = 1

    @classmethod
    def weighted(cls, numbers: Tensor, classes: int, weights: Tensor) -> Self:
        """Class numbers `[N]` out of `classes`, each example with a weight of its own, `[N]`."""
        return cls(F.one_hot(numbers, classes) * weights.unsqueeze(-1))

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Cross-entropy in nats ("loss"), and whether the first class is the same ("agreement")."""
        log_probabilities = outputs.log_softmax(-1)
        agreement = log_probabilities.argmax(-1) == targets.argmax(-1)
        return {"loss": -(targets * log_probabilities).sum(-1), "agreement": agreement}


class RealVectors(Targets):
    """Numbers to be met, `[N, d]`, or `[N, *places, d]`; outputs are `[M, B, d]` or so."""

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """The mean of the squared differences ("loss")."""
        return {"loss": (outputs - targets).square().flatten(2).mean(2)}
