"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    FILES,
    FLOAT,
    INTEGER,
    Memory,
    built,
    drawn,
    evaluated,
    seeds_in,
    trained,
)
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.distillation.work import students_of

BESIDE = 3
"""Numbers of a packed target beside the probabilities: label, temperature and weight."""
PACKED = 2
"""Copies of the targets while those of all students are put together."""


def _said(cfg: Cfg, seeds: int, copies: int, classes: int) -> Memory:
    """The logits of all teachers of each seed, trained and not."""
    sample = section(cfg, "sample")
    examples = sample["train"] + sample["validation"]
    return Memory(0.0, seeds * (copies + 1) * examples * classes * FLOAT)


def _teach(cfg: Cfg, wildcards: Wildcards) -> Memory:
    teachers, seeds = section(cfg, "teachers"), seeds_in(wildcards)
    network, copies = teachers["network"], teachers["copies"]
    training = trained(built(network), teachers["training"], seeds * copies)
    said = _said(cfg, seeds, copies, network["sizes"][-1])
    return training + drawn(section(cfg, "sample"), seeds, network) + said


def _learn(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Every student has its own target for every image that any of them has."""
    lesson, seeds = section(cfg, f"lessons.{wildcards['lesson']}"), seeds_in(wildcards)
    network, members = lesson["network"], seeds * students_of(lesson)
    training = trained(built(network), lesson["training"], members, measured=False)
    sample = section(cfg, "sample")
    file = FILES[sample["dataset"]]
    used = file * (1 - (1 - lesson["examples"] / file) ** seeds)
    each = (network["sizes"][-1] + BESIDE) * FLOAT
    packed = members * used * each
    own = members * lesson["examples"] * (each + INTEGER)
    taught = Memory(0.0, packed + own, PACKED * own + packed)
    return training + drawn(sample, seeds, network) + taught


def _measure(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """All networks of a kind at a time."""
    seeds, sample, teachers = seeds_in(wildcards), section(cfg, "sample"), section(cfg, "teachers")
    kinds = [(teachers["network"], teachers["copies"])]
    kinds += [(each["network"], students_of(each)) for each in section(cfg, "lessons").values()]
    found = [evaluated(built(network), seeds * count, copies=2) for network, count in kinds]
    answers = seeds * max(count for _, count in kinds) * sample["test"]
    said = Memory(answers * teachers["network"]["sizes"][-1] * FLOAT)
    most = max(found, key=lambda memory: memory.working)
    return most + drawn(sample, seeds, teachers["network"]) + said


FOOTPRINT = {"teach": _teach, "learn": _learn, "measure": _measure}
