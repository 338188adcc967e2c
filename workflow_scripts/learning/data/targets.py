"""The targets of examples: each kind of target is a class."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Targets(ABC):
    """The targets of N examples: `values` `[N, *target]`, or `[M, N, *target]` if `per_member`.

    A study with another kind of target defines a subclass next to its steps and packs everything
    that its loss needs about an example into one tensor. ValueError for values of a wrong type or
    shape.
    """

    values: Tensor
    per_member: bool = False
    """Whether each of M members has its own targets (such as label noise) for the same inputs."""

    target_axes: ClassVar[int | None] = None
    """Number of axes of one target; None for any number from one."""
    numbers_classes: ClassVar[bool] = False
    """Whether targets are class numbers (int64) instead of floats."""

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
        """Measures of the outputs of each example by name, `[M, B]` each, including "loss".

        `outputs` `[M, B, …]` are those of the network; `targets` come from `batch` or `part`.
        """

    def of(self, members: Sequence[int]) -> Self:
        """The targets of the given members; the same ones if all members share them."""
        return replace(self, values=self.values[list(members)]) if self.per_member else self

    def alone(self, member: int) -> Self:
        """The targets of one member, as shared ones."""
        if not self.per_member:
            return self
        return replace(self, values=self.values[member], per_member=False)

    def rows(self, rows: Tensor) -> Self:
        """The shared targets of the examples `rows` `[n]`."""
        return replace(self, values=self.values[rows])

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
    """The number of the correct class, `[N]` int64; outputs are logits `[M, B, K]`."""

    target_axes: ClassVar[int | None] = 0
    numbers_classes = True

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Cross-entropy in nats ("loss"), and whether the largest logit is correct ("accuracy")."""
        log_probabilities = outputs.log_softmax(-1)
        chosen = log_probabilities.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
        return {"loss": -chosen, "accuracy": log_probabilities.argmax(-1) == targets}


class ClassMaps(ClassNumbers):
    """A class number at each place of a sequence or image, `[N, *places]` int64.

    Outputs are logits `[M, B, *places, K]`. The measures of an example are means over its places.
    """

    target_axes = None

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """The measures of `ClassNumbers`, averaged over the places."""
        each = super().measures(outputs, targets)
        return {name: values.flatten(2).double().mean(2) for name, values in each.items()}


class SoftTargets(Targets):
    """A share of each class per example, `[N, K]`, such as the probabilities of a teacher.

    Rows need not sum to one: a row with the sum w gives its example the weight w in every loss that
    is linear in its target. Outputs are logits `[M, B, K]`.
    """

    target_axes = 1

    @classmethod
    def weighted(cls, numbers: Tensor, classes: int, weights: Tensor) -> Self:
        """Targets from class numbers `[N]` out of `classes`, with example weights `[N]`."""
        return cls(F.one_hot(numbers, classes) * weights.unsqueeze(-1))

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Cross-entropy in nats ("loss"), and whether the top class is the same ("agreement")."""
        log_probabilities = outputs.log_softmax(-1)
        agreement = log_probabilities.argmax(-1) == targets.argmax(-1)
        return {"loss": -(targets * log_probabilities).sum(-1), "agreement": agreement}


class RealVectors(Targets):
    """Regression targets `[N, d]` or `[N, *places, d]`; outputs have the same last axes."""

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """The mean of the squared differences ("loss")."""
        return {"loss": (outputs - targets).square().flatten(2).mean(2)}
