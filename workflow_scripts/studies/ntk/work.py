"""The amount of computation of the steps, none of which trains the network of its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, of_seeds

PASSES = 6
"""Floating-point operations of a step of descent per weight and example."""


def _widths(cfg: Cfg, wildcards: Wildcards) -> float:
    """The passes of a step in all widths and at all output scales."""
    task, layers = section(cfg, "task"), int(wildcards["layers"])
    weights = sum(
        width * (task["inputs"] + (layers - 2) * width)
        for width in section(cfg, f"depths.{layers}")
    )
    return float(PASSES * task["examples"] * weights * len(section(cfg, "alphas")))


def _parity(cfg: Cfg, _: Wildcards) -> float:
    """Steps with the passes of each, and a kernel for every few of them."""
    task = section(cfg, "parity")
    trainings = len(task["alphas"]) + 4
    passes = PASSES * task["examples"] * task["inputs"] * task["width"]
    return float(trainings * passes * task["descent"]["steps"])


def _images(cfg: Cfg, _: Wildcards) -> float:
    """Steps of the network; kernels take far less."""
    images = section(cfg, "images")
    return float(PASSES * sum(images["sizes"]) * images["width"] * images["descent"]["steps"])


WORK = {
    "widths": of_seeds(_widths),
    "parity": of_seeds(_parity),
    "images": of_seeds(_images),
}
