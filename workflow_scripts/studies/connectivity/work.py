"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, Work, measured, members_of, step_of

COPIES = 2


def _test(cfg: Cfg) -> int:
    return section(cfg, "sample")["test"]


def _parted(cfg: Cfg, wildcards: Wildcards) -> Work:
    """The steps of two copies for every step at which they part, and those that they share."""
    training, points = section(cfg, "training"), section(cfg, "part")
    copies = sum(COPIES * (training["steps"] - point) for point in points)
    step = step_of(section(cfg, "network"), members_of(wildcards), training["batch_size"])
    return Work(copies + max(points), step)


WORK = {
    "parted": _parted,
    "paths": measured(lambda cfg: section(cfg, "positions") * (section(cfg, "train") + _test(cfg))),
    "plane": measured(lambda cfg: section(cfg, "plane_positions") ** 2 * section(cfg, "train")),
    "branches": measured(
        lambda cfg: section(cfg, "line_positions") * (section(cfg, "train") + _test(cfg))
    ),
    "matching": measured(
        lambda cfg: (
            (1 + 2 * section(cfg, "random_orders"))
            * section(cfg, "line_positions")
            * section(cfg, "measurement.matching")
        )
    ),
    "flatness": measured(lambda cfg: section(cfg, "curvature")),
}
