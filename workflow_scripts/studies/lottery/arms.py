"""The arms of the study: the mask, the initial weights and the first step of each training."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workflow_scripts.core.settings import section
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

    @classmethod
    def of(cls, cfg: Mapping[str, Any], data: str, seeds: Sequence[int]) -> "Recipe":
        """The recipe in a rule's `cfg`, with the examples of `seeds` from below `data`."""
        return cls(
            Subject.of(cfg, data, seeds),
            Training.model_validate(section(cfg, "training")),
            Evaluation.model_validate(section(cfg, "evaluation")),
        )


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

    The examples of a member and their order depend only on its seed, not on its arm: arms are
    paired.
    In the history a member is described by `facts`, arm, seed, density and survivors.
    """
    steps, every = recipe.training.steps, recipe.evaluation.every
    network = recipe.subject.network
    data = recipe.subject.examples.of([member.seed for member in members])
    validated = set(range(every, steps + 1, every)) if every else set()
    tested = {recipe.evaluation.early_step} | recipe.evaluation.final_steps(steps)
    curves = [
        Measurements(name, evaluation(network, split, data.calibration), at)
        for name, split, at in (
            ("test", data.test, tested),
            ("validation", data.validation, validated),
        )
        if at
    ]
    ensemble = Ensemble(
        network,
        stacked(member.weights for member in members),
        data.train,
        [stream_seed(member.seed, "examples") for member in members],
        masks=stacked(member.masks for member in members),
        first_step=first_step,
    )
    callbacks = [*curves, *watch, Progress(steps)]
    trained = train(ensemble, recipe.training, callbacks, resume, recipe.subject.device)
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
