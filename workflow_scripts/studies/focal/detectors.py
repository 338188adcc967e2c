"""The detectors of all arms and seeds of a batch, as one ensemble in which arms share scenes."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.objects import Objects
from workflow_scripts.studies.focal.scene_settings import SceneSettings
from workflow_scripts.studies.focal.scenes import Scenes, drawn, stock
from workflow_scripts.studies.focal.windows import Windows


def detector(scenes: SceneSettings, hidden: Sequence[int], sharing: int = 1) -> Windows:
    """The network for scenes; groups of `sharing` members are given the same ones."""
    return Windows(scenes.channels, scenes.side, scenes.size, list(hidden), sharing)


def initial(network: Windows, arms: Sequence[DetectorArm], seeds: Sequence[int]) -> Parameters:
    """The networks `[M, …]` of each seed, its arms in turn, before training.

    The arms of a seed start from the same weights. The bias of the scores makes the probability of
    an object that of the arm's prior π: −log((1 − π) / π) (Lin et al. 2017, section 4.1).
    """
    own = [stream_seed(seed, "initialisation") for seed in seeds for _ in arms]
    parameters = network.initialise(own)
    biases = [-math.log((1 - arm.prior) / arm.prior) for arm in arms] * len(seeds)
    parameters[network.output_bias] = torch.tensor(biases).unsqueeze(1)
    return parameters


def training_scenes(
    scenes: SceneSettings,
    count: int,
    arms: Sequence[DetectorArm],
    seeds: Sequence[int],
    folder: Path,
) -> Split:
    """`count` scenes of each seed, which all its arms see."""
    images = stock(scenes, "train", folder)
    parts = [drawn(scenes, images, seed, "training scenes", count) for seed in seeds]
    own = torch.arange(len(seeds) * count).view(len(seeds), count)
    corners = torch.cat([part.corners for part in parts])
    return Split(
        torch.cat([part.pictures for part in parts]),
        Objects.in_scenes(corners, [*arms] * len(seeds), each=count),
        own.repeat_interleave(len(arms), dim=0),
    )


def arms_of(cfg: Mapping[str, object]) -> dict[str, DetectorArm]:
    """The arms of a rule's `cfg` by name, in their order."""
    return {name: DetectorArm.model_validate(arm) for name, arm in section(cfg, "arms").items()}


HELD_SEED = 0
"""The seed of scenes that no network is trained on, the same for all networks."""


def held_scenes(scenes: SceneSettings, purpose: str, count: int, folder: Path) -> Scenes:
    """`count` scenes for "test", made of test images, or for "validation", of training images."""
    images = stock(scenes, "test" if purpose == "test" else "train", folder)
    return drawn(scenes, images, HELD_SEED, f"{purpose} scenes", count)
