"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, Work, members_of, step_of
from workflow_scripts.studies.grokking.settings import Table


def _pairs(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Full-batch training on a share of a table."""
    table, training = Table(**section(cfg, "table")), section(cfg, "training")
    examples = round(table.fraction * table.symbols**2)
    step = step_of(section(cfg, "network"), members_of(wildcards), examples, table.symbols)
    return Work(training["steps"], step)


WORK = {"train": _pairs}
