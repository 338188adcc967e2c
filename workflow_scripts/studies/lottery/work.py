"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, Work, measured, work_of

NORMALISED = 1000
"""Examples from which statistics of normalisation are computed at every position of a line."""


def _long(cfg: Cfg, wildcards: Wildcards) -> Work:
    once = work_of(cfg, wildcards)
    return Work(once.steps * int(wildcards["trainings"]), once.step)


def _lines(cfg: Cfg) -> float:
    """Examples that are evaluated on all lines."""
    places = len(section(cfg, "points")) * section(cfg, "line")
    return places * (section(cfg, "sample")["test"] + NORMALISED)


WORK = {"long": _long, "instability": measured(_lines)}
