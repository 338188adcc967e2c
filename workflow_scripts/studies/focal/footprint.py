"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import FLOAT, LOOP, Memory, seeds_in
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.focal.scene_settings import SceneSettings
from workflow_scripts.studies.focal.work import pixels, weights_of

STATES = 6
"""Of the weights: themselves, at the start, their gradients, moments of Adam, and one to save."""
ALIVE = 3
"""Of the units of all windows: themselves, and their gradients before and after a ReLU."""
SCORES = 8
"""Tensors of the size of all scores in a loss and its gradient."""
JUDGED = 9
"""The same while detections are looked for and their scores compared."""
AT_ONCE = 8
"""Scenes whose windows are cut out together where detectors are measured and judged."""


def _windows(cfg: Cfg, scenes: SceneSettings, count: int, copies: int = 1) -> float:
    """Bytes of all windows of so many scenes, and of all arms of a seed on them."""
    arms, hidden = len(section(cfg, "arms")), sum(section(cfg, "hidden"))
    each = pixels(scenes, scenes.size) + arms * (copies * hidden + SCORES)
    return count * scenes.places**2 * each * FLOAT


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """One seed's arms at a time; the scenes of all seeds are held as bytes, and joined once."""
    scenes, seeds = SceneSettings.model_validate(section(cfg, "scenes")), seeds_in(wildcards)
    pictures = seeds * section(cfg, "train") * pixels(scenes, scenes.side)
    arms = seeds * len(section(cfg, "arms"))
    batch = section(cfg, "training")["batch_size"]
    measured = min(AT_ONCE, section(cfg, "held.measured"))
    batches = arms * batch * pixels(scenes, scenes.side)
    stored = STATES * arms * weights_of(cfg, scenes) * FLOAT
    step = max(_windows(cfg, scenes, batch, ALIVE), _windows(cfg, scenes, measured))
    return Memory(LOOP + stored + batches + step, pictures, 2 * pictures, saved=stored)


def _measure(cfg: Cfg, _: Wildcards) -> Memory:
    """The scores of one seed's detectors at all places of the held-out scenes, on the CPU."""
    scenes, held = SceneSettings.model_validate(section(cfg, "scenes")), section(cfg, "held")
    scores = len(section(cfg, "arms")) * held["test"] * scenes.places**2 * FLOAT
    pictures = (held["test"] + held["validation"]) * pixels(scenes, scenes.side)
    windows = _windows(cfg, scenes, AT_ONCE)
    return Memory(windows, pictures, pictures + JUDGED * scores + windows)


FOOTPRINT = {"train": _train, "measure": _measure, "identities": lambda cfg, _: Memory(0.0)}
