"""The arms of the study: the mask, the initial weights and the first step of each training."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored, stacked
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.lottery.masks import survivors
from workflow_scripts.studies.lottery.settings import Evaluation
from workflow_scripts.studies.lottery.stopping import Stopped, Stopping

PRUNABLE = "prunable"
"""The key in checkpoints under which the prunable weights are listed, input to output."""


def prunable(stored: Stored) -> list[str]:
    """Names of the weights of a checkpoint that pruning may remove, input to output."""
    return stored.facts[PRUNABLE].split()


def prunable_members(stored: Stored) -> Iterator[dict[str, np.ndarray]]:
    """The prunable arrays of each network in turn, input to output."""
    return stored.members(prunable(stored))


@dataclass(frozen=True)
class Recipe:
    """The training and measurement that all arms of a chain share."""

    subject: Subject
    training: Training
    evaluation: Evaluation
    validated_every: int | None = None
    """Steps between measurements of the validation loss, if finer than `evaluation.every`."""

    @classmethod
    def of(
        cls,
        cfg: Mapping[str, Any],
        data: str,
        seeds: Sequence[int],
        validated_every: int | None = None,
    ) -> "Recipe":
        """The recipe in a rule's `cfg`, with the examples of `seeds` from below `data`."""
        return cls(
            Subject.of(cfg, data, seeds),
            Training.model_validate(section(cfg, "training")),
            Evaluation.model_validate(section(cfg, "evaluation")),
            validated_every,
        )

    def repeated(self, trainings: int) -> "Recipe":
        """The recipe with as many steps as `trainings` trainings have."""
        steps = trainings * self.training.steps
        return replace(self, training=self.training.model_copy(update={"steps": steps}))


def train_members(
    members: Sequence[Member],
    recipe: Recipe,
    facts: Mapping[str, Any],
    history: str | None,
    first_step: int = 0,
    resume: ResumeState | None = None,
    watch: Sequence[Callback] = (),
) -> Parameters:
    """Train all members as one ensemble; return its parameters `[M, …]`, write any `history`.

    However late `first_step` is, the steps after it are all those of the recipe. The examples of a
    member and their order depend only on its seed, not on its arm: arms are paired. In the history
    a member is described by `facts`, arm, seed, density and survivors.
    """
    network = recipe.subject.network
    data = recipe.subject.examples.of([member.seed for member in members])
    last_step = first_step + recipe.training.steps
    training = recipe.training.model_copy(update={"steps": last_step})
    ensemble = Ensemble(
        network,
        stacked(member.weights for member in members),
        data.train,
        [stream_seed(member.seed, "examples") for member in members],
        masks=stacked(member.masks for member in members),
        first_step=first_step,
    )
    curves = [] if history is None else _curves(recipe, data, first_step)
    callbacks = [*curves, *watch, Progress(last_step)]
    trained = train(ensemble, training, callbacks, resume, recipe.subject.device)
    shapes = network.shapes()
    weights = sum(math.prod(shapes[name]) for name in network.prunable())
    left = [survivors(member.masks) if member.masks else weights for member in members]
    described = [
        {**facts, **m.facts, "density": n / weights, "survivors": n}
        for m, n in zip(members, left, strict=True)
    ]
    if history is not None:
        save_history(history, curves, described)
    return trained


def _curves(recipe: Recipe, data: Examples, first_step: int) -> list[Measurements]:
    """What is measured in a training; the validation before what is kept because of it."""
    network, steps, every = recipe.subject.network, recipe.training.steps, recipe.evaluation.every
    test = evaluation(network, data.test, data.calibration)
    tested = {recipe.evaluation.early_step} | recipe.evaluation.final_steps(steps)
    validation = evaluation(network, data.validation, data.calibration)
    at, kept_at = (
        {first_step + step for step in range(apart, steps + 1, apart)}
        for apart in (recipe.validated_every or every, every)
    )
    stopping = Stopping(validation, at, kept_at)
    return [
        Measurements("test", test, {first_step + step for step in tested}),
        stopping,
        Stopped(test, stopping, first_step + steps),
    ]
