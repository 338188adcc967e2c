"""The amount of work of a job of any rule, and its memory, as counted by its study."""

from dataclasses import astuple

from workflow_scripts.learning.memory import JobMemory, Memory, memory_of
from workflow_scripts.learning.work import Cfg, JobWork, Step, Wildcards, Work, work_of
from workflow_scripts.operation.plan.kept import Numbers, once
from workflow_scripts.studies.registry import REGISTERED

RULES: dict[str, JobWork] = {
    f"{study.name}_{step}": work
    for study in REGISTERED.values()
    for step, work in study.work.items()
}
FOOTPRINTS: dict[str, JobMemory] = {
    f"{study.name}_{step}": footprint
    for study in REGISTERED.values()
    for step, footprint in study.footprint.items()
}


def work_of_job(rule: str, cfg: Cfg, wildcards: Wildcards) -> Work:
    """The work of a job; by default that of training its network."""

    def count() -> Numbers:
        work = RULES.get(rule, work_of)(cfg, wildcards)
        return [work.steps, *(astuple(work.step) if work.step else ())]

    steps, *step = once("work", rule, cfg, wildcards, count)
    return Work(steps, Step(*step) if step else None)


def memory_of_job(rule: str, cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The memory of a job; by default that of training its network for each seed.

    `cfg` are the settings and the other parameters of its rule.
    """

    def count() -> Numbers:
        return list(astuple(FOOTPRINTS.get(rule, memory_of)(cfg, wildcards)))

    return Memory(*once("memory", rule, cfg, wildcards, count))
