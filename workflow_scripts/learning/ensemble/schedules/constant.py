"""A constant learning rate."""

from typing import Literal

from workflow_scripts.core.settings import Settings


class Constant(Settings):
    """The learning rate is the same in every step after the warm-up."""

    kind: Literal["constant"]
    """No change over the steps."""

    def factor(self, step: int, steps: int, warmup_steps: int) -> float:
        """The factor of the learning rate at `step` of `steps`."""
        return 1.0
