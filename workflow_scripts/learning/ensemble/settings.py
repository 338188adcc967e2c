"""The settings of a training and the kinds they choose from. Imports no torch.

Every optional part of a training is a kind with its own file; to add one, write that file and add
its name to the union. Only the kinds that the settings of a job name are part of its code key.
"""

from typing import Annotated

from pydantic import Field

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.ensemble.augmentations.crops_settings import CropsSettings
from workflow_scripts.learning.ensemble.augmentations.flips_settings import FlipsSettings
from workflow_scripts.learning.ensemble.gradients.clipped_settings import ClippedSettings
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
GradientKind = Annotated[
    OrthogonalSettings | SharpnessAwareSettings | ClippedSettings, Field(discriminator="kind")
]
AugmentationKind = Annotated[CropsSettings | FlipsSettings, Field(discriminator="kind")]


class Training(Settings):
    """One training run. A setting that is omitted has no effect."""

    optimiser: OptimiserKind
    """The optimiser, which turns gradients into steps."""
    learning_rate: float = Field(gt=0)
    """Learning rate at the end of the warm-up; the schedule multiplies it."""
    batch_size: Annotated[int, Field(gt=0)] | None
    """Examples per step and network; null for all training examples (full batch)."""
    steps: int = Field(gt=0)
    """Number of optimiser steps of a complete training."""
    weight_decay: float = Field(default=0.0, ge=0)
    """Weight decay coefficient, applied to all parameters."""
    schedule: ScheduleKind = Constant(kind="constant")
    """How the learning rate changes over the steps after the warm-up."""
    warmup_steps: int = Field(default=0, ge=0)
    """Number of first steps over which the learning rate rises linearly from zero."""
    gradient: GradientKind | None = None
    """How each gradient is changed before it reaches the optimiser; null for no change."""
    augmentations: tuple[AugmentationKind, ...] = ()
    """How images are changed at random before each step, one after the other."""


def rate_factor(training: Training, step: int) -> float:
    """The factor of the learning rate at `step` (counted from 0)."""
    if step < training.warmup_steps:
        return (step + 1) / training.warmup_steps
    return training.schedule.factor(step, training.steps, training.warmup_steps)
