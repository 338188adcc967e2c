"""A learning rate that falls to zero along half a cosine."""

import math
from typing import Literal

from workflow_scripts.core.settings import Settings


class Cosine(Settings):
    """Half a cosine, from the learning rate at the end of the warm-up to zero at the end."""

    kind: Literal["cosine"]
    """Annealing without restarts (Loshchilov & Hutter 2017)."""

    def factor(self, step: int, steps: int, warmup_steps: int) -> float:
        """The factor of the learning rate at `step` of `steps`, counted from 0."""
        span = max(1, steps - warmup_steps)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup_steps) / span)))
