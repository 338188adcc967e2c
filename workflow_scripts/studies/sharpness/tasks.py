"""Common parts of the steps: network and examples of a task, members of an arm, chosen minima."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm

PARAMETERS = "parameters"
"""The group of the networks in the checkpoints of this study."""


def arm_of(cfg: Mapping[str, Any], name: str) -> Arm:
    """The settings of the arm `name`."""
    return Arm.model_validate(section(cfg, f"arms.{name}"))


def subject_of(cfg: Mapping[str, Any], arm: Arm, data: str, seeds: Sequence[int]) -> Subject:
    """The network of an arm's task, and the examples of `seeds` from the data sets below `data`."""
    task = section(cfg, f"tasks.{arm.task}")
    return Subject.of({**task, "device": section(cfg, "device")}, data, seeds)


def training_loss(subject: Subject, count: int, dtype: torch.dtype = torch.float32) -> Objective:
    """The loss over the first `count` training examples of each member."""
    first = subject.examples.train.first(count)
    return Objective(subject.network, replace(first, inputs=first.inputs.to(dtype)))


def members(arm: Arm, seeds: Sequence[int]) -> list[Member]:
    """The members of the ensemble of an arm, ordered by rate, radius, copy and seed."""
    return [
        Member({"rate": rate, "radius": radius, "copy": copy, "seed": seed})
        for rate in arm.rates
        for radius in arm.radii
        for copy in range(arm.copies)
        for seed in seeds
    ]


def chosen(
    arm: Arm, compared: float, seeds: Sequence[int], stored: Stored, device: torch.device
) -> tuple[Parameters, list[int]]:
    """The minima at the first rate of an arm that reached the common loss, and their seeds.

    At the radius `compared` if the arm has several, and the first copy.
    """
    wanted = {
        "rate": arm.rates[0],
        "radius": compared if compared in arm.radii else arm.radii[0],
        "copy": 0,
    }
    steps = stored.tensor("steps")
    picked = [
        (row, member.seed)
        for row, member in enumerate(members(arm, seeds))
        if steps[row] >= 0 and all(member.facts[name] == at for name, at in wanted.items())
    ]
    rows = [row for row, _ in picked]
    networks = stored.group(PARAMETERS).parameters(device)
    return {name: tensor[rows] for name, tensor in networks.items()}, [seed for _, seed in picked]
