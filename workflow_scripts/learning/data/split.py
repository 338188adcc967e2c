"""A set of examples: inputs, targets, and the rows of each member."""

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

        Indices refer to the examples of each member.
        """
        picked = picked.to(self.inputs.device)
        if self.rows is not None:
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
