"""A learning rate that drops at milestones."""

from typing import Annotated, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings


class MultiStep(Settings):
    """The learning rate is multiplied by `decay` at each milestone."""

    kind: Literal["multi-step"]
    """The learning rate is constant between milestones."""
    milestones: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(min_length=1)
    """Fractions of the whole training, warm-up included, at which the rate drops."""
    decay: float = Field(default=0.1, gt=0, le=1)
    """The factor by which the learning rate is multiplied at each milestone."""

    def factor(self, step: int, steps: int, warmup_steps: int) -> float:
        """The factor of the learning rate at `step` of `steps`, counted from 0."""
        passed = sum(step >= milestone * steps for milestone in self.milestones)
        return self.decay**passed
