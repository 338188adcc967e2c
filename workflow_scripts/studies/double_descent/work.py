"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.learning.work import Cfg, Wildcards, Work, members_of, of_seeds, step_of
from workflow_scripts.studies.double_descent.widened import widened


def _widths(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Training of masked networks, all as wide as the widest of their group."""
    widths = widths_of(wildcards["group"])
    members = members_of(wildcards) * len(widths) * len(section(cfg, "noise"))
    training = section(cfg, "training")
    network = widened(section(cfg, "network"), max(widths))
    step = step_of(network, members, training["batch_size"])
    return Work(training["steps"], step)


def _regression(cfg: Cfg, _: Wildcards) -> float:
    """An eigendecomposition of the smaller of two Gram matrices, and the larger's product."""
    if "double_descent.sizes" in cfg:
        settings = cfg["double_descent.sizes"]
        shapes = [(size, settings["width"]) for size in settings["sizes"]]
    else:
        settings = cfg["double_descent.features"]
        shapes = [(settings["sample"]["train"], width) for width in settings["widths"]]
    return float(sum(min(n, d) ** 2 * (10 * min(n, d) + max(n, d)) for n, d in shapes))


WORK = {
    "networks": _widths,
    "features": of_seeds(_regression),
    "sizes": of_seeds(_regression),
}
