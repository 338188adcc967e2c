"""The amount of computation of the steps: of a training in FLOP, of others in multiply-adds."""

import itertools

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, Work, members_of, of_seeds, step_of
from workflow_scripts.studies.focal.scene_settings import SceneSettings


def pixels(scenes: SceneSettings, side: int) -> int:
    """Numbers of a square of a scene, of `side` pixels."""
    return scenes.channels * side**2


def _sizes(cfg: Cfg, scenes: SceneSettings) -> list[int]:
    """Pixels of a window, units of the hidden layers, and one score."""
    return [pixels(scenes, scenes.size), *section(cfg, "hidden"), 1]


def weights_of(cfg: Cfg, scenes: SceneSettings) -> int:
    """Weights of a detector, which are multiplied once for each window."""
    return sum(inputs * outputs for inputs, outputs in itertools.pairwise(_sizes(cfg, scenes)))


def _scene(cfg: Cfg) -> float:
    """All windows of a scene through one detector."""
    scenes = SceneSettings.model_validate(section(cfg, "scenes"))
    return float(scenes.places**2 * weights_of(cfg, scenes))


def _train(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Perceptrons whose examples are windows: the arms of a seed at once, seeds in turn."""
    scenes = SceneSettings.model_validate(section(cfg, "scenes"))
    training, arms = section(cfg, "training"), len(section(cfg, "arms"))
    windows = training["batch_size"] * scenes.places**2
    step = step_of({"kind": "mlp", "sizes": _sizes(cfg, scenes)}, arms, windows)
    return Work(members_of(wildcards) * training["steps"], step)


def _measure(cfg: Cfg, _: Wildcards) -> float:
    held = section(cfg, "held")
    looked = held["test"] * len(section(cfg, "arms")) + 3 * held["validation"]
    return looked * _scene(cfg)


def _identities(cfg: Cfg, _: Wildcards) -> float:
    return float(section(cfg, "identities")["draws"])


WORK = {
    "train": _train,
    "measure": of_seeds(_measure),
    "identities": of_seeds(_identities),
}
