"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, measured


def _test(cfg: Cfg) -> int:
    return section(cfg, "sample")["test"]


WORK = {
    "paths": measured(lambda cfg: section(cfg, "positions") * (section(cfg, "train") + _test(cfg))),
    "plane": measured(lambda cfg: section(cfg, "plane_positions") ** 2 * section(cfg, "train")),
    "branches": measured(
        lambda cfg: section(cfg, "branch_positions") * (section(cfg, "train") + _test(cfg))
    ),
    "matching": measured(lambda cfg: section(cfg, "positions") * _test(cfg)),
    "flatness": measured(lambda cfg: section(cfg, "curvature")),
}
