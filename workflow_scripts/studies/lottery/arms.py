"""The arms of the study: which mask, on which weights, trained from which step."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.callbacks import Callback, Curve, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.studies.lottery.masks import survivors
from workflow_scripts.studies.lottery.settings import Evaluation


@dataclass(frozen=True)
class Member:
    """One network to train: an arm of one seed."""

    arm: str
    seed: int
    weights: Mapping[str, np.ndarray]
    masks: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """What all arms of a chain share."""

    network: Network
    training: Training
    evaluation: Evaluation | None
    examples: Examples
    device: torch.device

    @classmethod
    def of(cls, cfg: Mapping[str, Any], data: str, evaluated: bool = True) -> "Recipe":
        """The recipe in a rule's `cfg`, with its examples from the data sets below `data`.

        With `evaluated` false it has no evaluation, and the rule gives none.
        """
        built = network(section(cfg, "network"))
        sample = Sample.model_validate(section(cfg, "sample"))
        return cls(
            built,
            Training.model_validate(section(cfg, "training")),
            Evaluation.model_validate(section(cfg, "evaluation")) if evaluated else None,
            examples(sample, Path(data), built.input_shape),
            device(section(cfg, "device")),
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

    A member's examples come in the order of its seed, whatever its arm: arms are paired. In the
    history a member is described by `facts`, arm, seed, density and survivors.
    """
    assert recipe.evaluation is not None, "members are measured"
    steps, every = recipe.training.steps, recipe.evaluation.every
    data = recipe.examples
    validated = set(range(every, steps + 1, every)) if every else set()
    tested = {recipe.evaluation.early_step} | recipe.evaluation.final_steps(steps)
    curves = [
        Curve(recipe.network, split, inputs, labels, at, data.calibration)
        for split, inputs, labels, at in (
            ("test", data.test_inputs, data.test_labels, tested),
            ("validation", data.validation_inputs, data.validation_labels, validated),
        )
        if at
    ]
    ensemble = Ensemble(
        recipe.network,
        stacked([member.weights for member in members]),
        data.train_inputs,
        data.train_labels,
        [stream_seed(member.seed, "examples") for member in members],
        masks=stacked([member.masks for member in members]),
        first_step=first_step,
    )
    callbacks = [*curves, *watch, Progress(steps)]
    trained = train(ensemble, recipe.training, callbacks, resume, recipe.device)
    shapes = recipe.network.shapes()
    weights = sum(math.prod(shapes[name]) for name in recipe.network.prunable())
    left = [survivors(member.masks) if member.masks else weights for member in members]
    described = [
        {**facts, "arm": m.arm, "seed": m.seed, "density": n / weights, "survivors": n}
        for m, n in zip(members, left, strict=True)
    ]
    if history is not None:
        save_history(history, curves, described)
    return trained


def stacked(members: Sequence[Mapping[str, np.ndarray]]) -> Parameters:
    """Arrays of single networks as tensors `[M, …]`; nothing where there are no arrays."""
    return {
        name: torch.from_numpy(np.stack([member[name] for member in members]))
        for name in members[0]
    }
