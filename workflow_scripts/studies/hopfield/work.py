"""The amount of computation of the steps, none of which trains a network."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, of_seeds


def _dense(cfg: Cfg, _: Wildcards) -> float:
    """Expected number of patterns for the order of the energy × neurons × tested states."""
    settings = section(cfg, "dense")
    each = [float(s) ** o["order"] for o in settings["orders"] for s in o["sizes"]]
    return sum(each) * sum(settings["loads"]) * settings["trials"]


def _sphere(cfg: Cfg, _: Wildcards) -> float:
    settings = section(cfg, "spheres")
    patterns = sum(d * 2.0 ** min(settings["most"], d) for d in settings["dimensions"])
    return patterns * settings["queries"]


def _recall(cfg: Cfg, _: Wildcards) -> float:
    settings = section(cfg, "recall")
    return settings["size"] ** 2 * settings["trials"] * settings["sweeps"]


def _capacity(cfg: Cfg, wildcards: Wildcards) -> float:
    return int(wildcards["size"]) ** 2 * section(cfg, "trials") * section(cfg, "sweeps")


def _regimes(cfg: Cfg, _: Wildcards) -> float:
    settings = section(cfg, "regimes")
    return settings["stored"] * settings["queries"] * len(settings["betas"])


WORK = {
    "capacity": of_seeds(_capacity),
    "recall": of_seeds(_recall),
    "images": of_seeds(_regimes),
    "spheres": of_seeds(_sphere),
    "dense": of_seeds(_dense),
}
