"""A learning rate that stays as it is."""

from typing import Literal

from workflow_scripts.core.settings import Settings


class Constant(Settings):
    """The learning rate itself, in every step after the warm-up."""

    kind: Literal["constant"]
    """No change over the steps."""

    def factor(self, step: int, steps: int, warmup_steps: int) -> float:
        """What the rate is multiplied by at `step` of `steps`."""
        return 1.0
