"""The amount of work of a job of any rule, as counted by its study."""

from workflow_scripts.learning.work import Cfg, JobWork, Wildcards, Work, work_of
from workflow_scripts.studies.registry import REGISTERED

RULES: dict[str, JobWork] = {
    f"{study.name}_{step}": work
    for study in REGISTERED.values()
    for step, work in study.work.items()
}


def work_of_job(rule: str, cfg: Cfg, wildcards: Wildcards) -> Work:
    """The work of a job; by default that of training its network."""
    return RULES.get(rule, work_of)(cfg, wildcards)
