"""The amount of computation of the steps, in multiplications of a weight with a pixel or unit."""

import itertools

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, of_seeds
from workflow_scripts.studies.focal.scene_settings import SceneSettings

PASSES = 2
"""A training step multiplies twice: no gradient is needed of the pixels."""


def pixels(scenes: SceneSettings, side: int) -> int:
    """Numbers of a square of a scene, of `side` pixels."""
    return scenes.channels * side**2


def weights_of(cfg: Cfg, scenes: SceneSettings) -> int:
    """Weights of a detector, which are multiplied once for each window."""
    sizes = [pixels(scenes, scenes.size), *section(cfg, "hidden"), 1]
    return sum(inputs * outputs for inputs, outputs in itertools.pairwise(sizes))


def _scene(cfg: Cfg) -> float:
    """All windows of a scene through one detector."""
    scenes = SceneSettings.model_validate(section(cfg, "scenes"))
    return float(scenes.places**2 * weights_of(cfg, scenes))


def _train(cfg: Cfg, _: Wildcards) -> float:
    training = section(cfg, "training")
    seen = PASSES * training["steps"] * training["batch_size"]
    return seen * len(section(cfg, "arms")) * _scene(cfg)


def _measure(cfg: Cfg, _: Wildcards) -> float:
    held = section(cfg, "held")
    looked = held["test"] * len(section(cfg, "arms")) + 3 * held["validation"]
    return looked * _scene(cfg)


def _identities(cfg: Cfg, _: Wildcards) -> float:
    return float(section(cfg, "identities")["draws"])


WORK = {
    "train": of_seeds(_train),
    "measure": of_seeds(_measure),
    "identities": of_seeds(_identities),
}
