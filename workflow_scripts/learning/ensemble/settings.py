"""How to train: the settings and the schedule they stand for. Imports no torch."""

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.settings import Settings


class Training(Settings):
    """One training run. Every setting that is left out has no effect."""

    optimiser: Literal["sgd", "adam", "adamw"]
    """SGD (with `momentum`), Adam (L2 weight decay) or AdamW (decoupled weight decay)."""
    learning_rate: float = Field(gt=0)
    """The rate at the end of the warm-up; the schedule multiplies it."""
    batch_size: Annotated[int, Field(gt=0)] | None
    """Examples a step, for each network; null for all of them, in each step."""
    steps: int = Field(gt=0)
    """Optimiser steps of a full training."""
    momentum: float = Field(default=0.0, ge=0, lt=1)
    """Momentum of SGD."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Decay rates of Adam's moments."""
    weight_decay: float = Field(default=0.0, ge=0)
    """Weight decay, on all parameters."""
    orthogonal_gradients: bool = False
    """Take from each gradient its part along the weights, and restore its norm (⊥Grad)."""
    schedule: Literal["constant", "cosine", "step"] = "constant"
    """The rate over the steps: constant, cosine to zero, or divided at `milestones`."""
    warmup_steps: int = Field(default=0, ge=0)
    """Steps over which the rate rises linearly from zero."""
    milestones: tuple[float, ...] = ()
    """For `step`: fractions of the training at which the rate is multiplied by `decay`."""
    decay: float = Field(default=0.1, gt=0, le=1)
    """For `step`: the factor at each milestone."""
    radius: float = Field(default=0.0, ge=0)
    """ρ of sharpness-aware minimisation: the gradient is taken this far from the weights."""
    perturbation: Literal["ascent", "random"] = "ascent"
    """Where to: up the batch's loss (SAM), or, as a control, in a random direction."""

    @model_validator(mode="after")
    def _consistent(self) -> "Training":
        if self.momentum and self.optimiser != "sgd":
            raise ValueError("momentum belongs to sgd; adam and adamw have betas")
        if bool(self.milestones) != (self.schedule == "step"):
            raise ValueError("milestones and the schedule 'step' go together")
        return self


def rate_factor(training: Training, step: int) -> float:
    """What the schedule multiplies the learning rate with at `step` (counted from 0)."""
    if step < training.warmup_steps:
        return (step + 1) / training.warmup_steps
    if training.schedule == "cosine":
        span = max(1, training.steps - training.warmup_steps)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - training.warmup_steps) / span)))
    passed = sum(step >= milestone * training.steps for milestone in training.milestones)
    return training.decay**passed
