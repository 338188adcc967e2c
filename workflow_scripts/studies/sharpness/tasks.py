"""Common parts of the steps: network and examples of a task, and members of an arm."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm

PARAMETERS = "parameters"
"""The group of the networks in the checkpoints of this study."""


def subject_of(
    task: Mapping[str, Any], data: str, seeds: Sequence[int], device: str = "cpu"
) -> Subject:
    """The network of a task, and the examples of `seeds` from the data sets below `data`."""
    return Subject.of({**task, "device": device}, data, seeds)


def training_loss(subject: Subject, count: int, dtype: torch.dtype = torch.float32) -> Objective:
    """The loss over the first `count` training examples, whose curvature is measured."""
    first = subject.examples.train.first(count)
    return Objective(subject.network, replace(first, inputs=first.inputs.to(dtype)))


def members(arm: Arm, seeds: Sequence[int]) -> list[Member]:
    """The members of the ensemble of an arm, ordered by rate, radius and seed."""
    return [
        Member({"rate": rate, "radius": radius, "seed": seed})
        for rate in arm.rates
        for radius in arm.radii
        for seed in seeds
    ]
