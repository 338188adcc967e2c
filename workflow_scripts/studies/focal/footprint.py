"""The most memory that each step needs at once, from its settings."""

import itertools

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.learning.memory import FLOAT, LOOP, Memory, seeds_in
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.focal.scene_settings import SceneSettings

CUT = 2
"""Copies of the pixels of all windows while they are cut out."""
ALIVE = 3
"""Of the units of all windows: themselves, and their gradients before and after a ReLU."""
SCORES = 8
"""Tensors of the size of all scores in a loss and its gradient."""
JUDGED = 9
"""The same while detections are looked for and their scores compared."""
AT_ONCE = 20
"""Scenes whose windows are cut out together where detectors are judged."""


def _pixels(scenes: SceneSettings, side: int) -> int:
    shape = format_of(scenes.dataset).shape
    return (shape[0] if len(shape) == 3 else 1) * side**2


def _windows(cfg: Cfg, scenes: SceneSettings, count: int, units: int = 1) -> float:
    """Bytes of all windows of so many scenes, and of all arms of a seed on them."""
    arms, hidden = len(section(cfg, "arms")), sum(section(cfg, "hidden"))
    each = CUT * _pixels(scenes, scenes.size) + arms * (units * hidden + SCORES)
    return count * scenes.places**2 * each * FLOAT


def _weights(cfg: Cfg, scenes: SceneSettings, seeds: int) -> float:
    sizes = [_pixels(scenes, scenes.size), *section(cfg, "hidden"), 1]
    weights = sum(inputs * outputs for inputs, outputs in itertools.pairwise(sizes))
    return seeds * len(section(cfg, "arms")) * weights * FLOAT


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """One seed's arms at a time; the scenes of all seeds are held as bytes, and joined once."""
    scenes, seeds = SceneSettings.model_validate(section(cfg, "scenes")), seeds_in(wildcards)
    pictures = seeds * section(cfg, "train") * _pixels(scenes, scenes.side)
    arms = seeds * len(section(cfg, "arms"))
    batch, measured = section(cfg, "training")["batch_size"], section(cfg, "held.measured")
    batches = arms * batch * _pixels(scenes, scenes.side)
    stored = 6 * _weights(cfg, scenes, seeds)
    step = max(_windows(cfg, scenes, batch, ALIVE), _windows(cfg, scenes, measured))
    return Memory(LOOP + stored + batches + step, pictures, 2 * pictures, saved=stored)


def _measure(cfg: Cfg, _: Wildcards) -> Memory:
    """The scores of one seed's detectors at all places of the held-out scenes, on the CPU."""
    scenes, held = SceneSettings.model_validate(section(cfg, "scenes")), section(cfg, "held")
    scores = len(section(cfg, "arms")) * held["test"] * scenes.places**2 * FLOAT
    pictures = (held["test"] + held["validation"]) * _pixels(scenes, scenes.side)
    windows = _windows(cfg, scenes, AT_ONCE)
    return Memory(windows, pictures, pictures + JUDGED * scores + windows)


FOOTPRINT = {"train": _train, "measure": _measure, "identities": lambda cfg, _: Memory(0.0)}
