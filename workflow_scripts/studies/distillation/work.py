"""The amount of computation of the steps, each of which trains or measures many networks."""

from typing import Any

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import (
    MEASURED_AT_A_TIME,
    Cfg,
    Step,
    Wildcards,
    Work,
    members_of,
    step_of,
)


def students_of(lesson: dict[str, Any]) -> int:
    """Students of a lesson for each seed."""
    copies = sum(arm.get("copies", 1) for arm in lesson["arms"].values())
    return copies * max(1, len(lesson.get("omitted", ())))


def _teach(cfg: Cfg, wildcards: Wildcards) -> Work:
    teachers = section(cfg, "teachers")
    members, training = members_of(wildcards) * teachers["copies"], teachers["training"]
    batch = training["batch_size"] or section(cfg, "sample")["train"]
    return Work(training["steps"], step_of(teachers["network"], members, batch))


def _learn(cfg: Cfg, wildcards: Wildcards) -> Work:
    lesson = section(cfg, f"lessons.{wildcards['lesson']}")
    members, training = members_of(wildcards) * students_of(lesson), lesson["training"]
    batch = training["batch_size"] or lesson["examples"]
    return Work(training["steps"], step_of(lesson["network"], members, batch))


def _measure(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Test images of all networks, and twice those of students without a class."""
    sample, teachers = section(cfg, "sample"), section(cfg, "teachers")
    seeds = members_of(wildcards)
    networks = [(teachers["network"], teachers["copies"])]
    networks += [
        (lesson["network"], students_of(lesson) * (2 if lesson.get("omitted") else 1))
        for lesson in section(cfg, "lessons").values()
    ]
    steps = [step_of(each, seeds * count, MEASURED_AT_A_TIME) for each, count in networks]
    flop, kernels = (sum(getattr(step, name) for step in steps) for name in ("flop", "kernels"))
    return Work(sample["test"] / MEASURED_AT_A_TIME, Step(flop, kernels))


WORK = {"teach": _teach, "learn": _learn, "measure": _measure}
