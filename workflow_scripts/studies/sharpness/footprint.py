"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    FLOAT,
    Memory,
    built,
    curved,
    drawn,
    evaluated,
    numbers_of,
    seeds_in,
    trained,
)
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.sharpness.settings import Measures
from workflow_scripts.studies.sharpness.work import arms_of

PRODUCTS = 100
"""The most products with the Hessian of Lanczos' method."""


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """With the networks at the common loss, and the second gradient of SAM."""
    ((arm, task, each),) = arms_of(cfg)
    seeds = seeds_in(wildcards)
    training = trained(built(task["network"]), arm["training"], each * seeds, copies=4)
    return training + drawn(task["sample"], seeds, task["network"])


def _measure(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The Hessians of a group of networks; those of all others are held as weights."""
    ((_, task, each),) = arms_of(cfg)
    measures = Measures.model_validate(section(cfg, "measures"))
    seeds, network = seeds_in(wildcards), built(task["network"])
    members = each * seeds
    group, examples = min(members, measures.group), min(measures.examples, task["sample"]["train"])
    hessian = curved(network, group, examples, PRODUCTS)
    shown = evaluated(network, members, copies=4)
    working = max(shown.working, hessian.working + 4 * members * numbers_of(network) * FLOAT)
    held = Memory(working, holes=hessian.holes)
    return held + drawn(task["sample"], seeds, task["network"])


def _pictures(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """One arm after the other, with two directions for each network."""
    found = []
    for _, task, each in arms_of(cfg):
        seeds, network = seeds_in(wildcards), built(task["network"])
        stored = Memory(each * seeds * numbers_of(network) * FLOAT)
        picture = evaluated(network, seeds, copies=6) + stored
        found.append(picture + drawn(task["sample"], seeds, task["network"]))
    return max(found, key=lambda memory: memory.on_cpu)


def _rescale(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The Hessians of one network of each seed in float64."""
    ((_, task, _),) = arms_of(cfg)
    seeds, network = seeds_in(wildcards), built(task["network"])
    hessian = curved(network, seeds, section(cfg, "examples"), PRODUCTS, double=True)
    return hessian + drawn(task["sample"], seeds, task["network"])


FOOTPRINT = {
    "train": _train,
    "measure": _measure,
    "pictures": _pictures,
    "rescale": _rescale,
}
