"""Which members of a training diverged, and when."""

import torch
from torch import Tensor

NEVER = -1
"""In place of a step, for a member whose losses were all finite."""
AT_ONCE = 256
"""Steps whose losses are looked at together, which costs less than a look at each."""


class Divergence:
    """The first step of each member at which its training loss was not finite.

    Everything stays on the device of the losses, so that watching waits for nothing.
    """

    def __init__(self, members: int, device: torch.device) -> None:
        self._found = torch.full((members,), NEVER, device=device)
        self._losses: list[Tensor] = []
        self._first = 0

    def watch(self, step: int, losses: Tensor) -> None:
        """Look at the training losses `[M]` after `step` completed steps, of every step in turn."""
        if not self._losses:
            self._first = step
        self._losses.append(losses)
        if len(self._losses) == AT_ONCE:
            self._look()

    @property
    def steps(self) -> Tensor:
        """`[M]`: the number of completed steps before that loss, or `NEVER`."""
        self._look()
        return self._found

    def restore(self, steps: Tensor) -> None:
        """Restore what was in `steps` when a killed job was saved."""
        self._found.copy_(steps)

    def tell(self) -> None:
        """Print a line for each member that diverged."""
        for member, step in enumerate(self.steps.tolist()):
            if step != NEVER:
                print(f"member {member} diverged at step {step}", flush=True)

    def _look(self) -> None:
        if not self._losses:
            return
        broken = ~torch.stack(self._losses).isfinite()
        self._losses.clear()
        new = broken.any(0) & (self._found == NEVER)
        first = self._first + broken.int().argmax(0)
        self._found = torch.where(new, first, self._found)
