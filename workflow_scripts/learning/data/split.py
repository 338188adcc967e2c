"""A set of examples: inputs, targets, and the rows of each member."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from workflow_scripts.learning.data.targets import Targets


@dataclass(frozen=True, eq=False)
class Split:
    """Examples on which M networks are trained or evaluated.

    Inputs may have any type and shape (vectors, images, sequences, tokens), which do not matter
    here. ValueError if the number of targets is different.
    """

    inputs: Tensor
    """`[N, *example]`, shared by all members."""
    targets: Targets
    """The targets of the N examples, in the same order."""
    rows: Tensor | None = None
    """`[M, N']`: indices of the examples of each member; None if every member has all."""

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"{len(self.targets)} targets for {len(self.inputs)} inputs")

    def __len__(self) -> int:
        """The number of examples per member."""
        return len(self.inputs) if self.rows is None else self.rows.shape[1]

    def of(self, members: Sequence[int]) -> "Split":
        """The examples of the given members, in this order; a member may be named repeatedly."""
        rows = None if self.rows is None else self.rows[list(members)]
        return Split(self.inputs, self.targets.of(members), rows)

    def alone(self, member: int) -> "Split":
        """The examples of one member, without those of others."""
        if self.rows is None:
            return Split(self.inputs, self.targets.alone(member))
        own = self.rows[member]
        return Split(self.inputs[own], self.targets.alone(member).rows(own))

    def relabelled(self, values: Tensor) -> "Split":
        """The same inputs with other targets `[M, N', *target]` of the same kind, per member."""
        if self.rows is not None:
            everywhere = values.new_zeros(len(values), len(self.inputs), *values.shape[2:])
            everywhere[torch.arange(len(values)).unsqueeze(1), self.rows] = values
            values = everywhere
        return replace(self, targets=type(self.targets)(values, per_member=True))

    def first(self, count: int) -> "Split":
        """The first `count` examples of each member, or all if there are fewer."""
        count = min(count, len(self))
        if self.rows is not None:
            return replace(self, rows=self.rows[:, :count])
        return Split(self.inputs[:count], self.targets.first(count))

    def to(self, device: torch.device | str) -> "Split":
        """The same examples on `device`."""
        rows = None if self.rows is None else self.rows.to(device)
        return Split(self.inputs.to(device), self.targets.to(device), rows)

    def batch(self, picked: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs `[M, B, *example]` and targets `[M, B, *target]` of examples `picked` `[M, B]`.

        Indices refer to the examples of each member. ValueError for another number of members than
        there are rows.
        """
        picked = picked.to(self.inputs.device)
        if self.rows is not None:
            if len(picked) != len(self.rows):
                raise ValueError(f"{len(picked)} members cannot share {len(self.rows)} samples")
            picked = self.rows.gather(1, picked)
        examples = self.inputs.index_select(0, picked.reshape(-1))
        return examples.view(*picked.shape, *self.inputs.shape[1:]), self.targets.batch(picked)

    def part(self, start: int, stop: int, members: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets `[M, n, *target]` of the examples `start` to `stop`.

        The inputs are `[n, *example]`, shared, or `[M, n, *example]` if members have their own
        rows.
        """
        stop = min(stop, len(self))
        if self.rows is not None:
            return self.batch(torch.arange(start, stop).expand(members, -1))
        return self.inputs[start:stop], self.targets.part(start, stop, members)
