"""How to train: the settings, and the kinds that they choose from. Imports no torch.

Whatever a training may use or not is a kind with a file of its own; a new one is that file and its
name in the union. Only the kinds that a job's settings name are part of its code key.
"""

from typing import Annotated

from pydantic import Field

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.gradients.orthogonal_settings import OrthogonalSettings
from workflow_scripts.learning.ensemble.gradients.sharpness_aware_settings import (
    SharpnessAwareSettings,
)
from workflow_scripts.learning.ensemble.optimisers.adam import Adam
from workflow_scripts.learning.ensemble.optimisers.adamw import AdamW
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.schedules.constant import Constant
from workflow_scripts.learning.ensemble.schedules.cosine import Cosine
from workflow_scripts.learning.ensemble.schedules.multi_step import MultiStep

OptimiserKind = Annotated[Sgd | Adam | AdamW, Field(discriminator="kind")]
ScheduleKind = Annotated[Constant | Cosine | MultiStep, Field(discriminator="kind")]
GradientKind = Annotated[OrthogonalSettings | SharpnessAwareSettings, Field(discriminator="kind")]


class Training(Settings):
    """One training run. Every setting that is left out has no effect."""

    optimiser: OptimiserKind
    """What turns gradients into steps."""
    learning_rate: float = Field(gt=0)
    """The rate at the end of the warm-up; the schedule multiplies it."""
    batch_size: Annotated[int, Field(gt=0)] | None
    """Examples a step, for each network; null for all of them, in each step."""
    steps: int = Field(gt=0)
    """Optimiser steps of a full training."""
    weight_decay: float = Field(default=0.0, ge=0)
    """Weight decay, on all parameters."""
    schedule: ScheduleKind = Constant(kind="constant")
    """The rate over the steps, after the warm-up."""
    warmup_steps: int = Field(default=0, ge=0)
    """Steps over which the rate rises linearly from zero."""
    gradient: GradientKind | None = None
    """What is done to each gradient before the optimiser sees it; null for nothing."""


def rate_factor(training: Training, step: int) -> float:
    """What the learning rate is multiplied by at `step` (counted from 0)."""
    if step < training.warmup_steps:
        return (step + 1) / training.warmup_steps
    return training.schedule.factor(step, training.steps, training.warmup_steps)
