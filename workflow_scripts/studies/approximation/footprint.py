"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    DOUBLE,
    FLOAT,
    Memory,
    built,
    seeds_in,
    trained,
)
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.approximation.marks import FUNCTIONS

KINDS = {name: len(kinds) for name, kinds in FUNCTIONS.items()}
"""How many kinds of functions a job builds networks for, by their name."""
AT_ONCE = 1000
"""Places at which a network is computed together."""
LINES = 14
"""Matrices of the errors of all lines through the points between two others."""


def _adam(cfg: Cfg, wildcards: Wildcards, members: int) -> Memory:
    """Masked networks, all as wide as the widest of their group."""
    widths = [int(width) for width in wildcards["group"].split("-")]
    members *= len(widths)
    network = built({"kind": "mlp", "sizes": [1, max(widths), 1]})
    training = trained(network, section(cfg, "training"), members, copies=3)
    return training + Memory(0.0, members * section(cfg, "points") * (FLOAT + DOUBLE))


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    return _adam(cfg, wildcards, seeds_in(wildcards) * KINDS[wildcards["functions"]])


def _tune(cfg: Cfg, wildcards: Wildcards) -> Memory:
    tuning = section(cfg, "tuning")
    seeds = sum(len(seeds_of(batch)) for batch in tuning["seeds"])
    return _adam(cfg, wildcards, seeds * len(tuning["rates"]) * sum(KINDS.values()))


def _descend(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """One network after the other in float64, on all places: units, and what is before them."""
    widest = max(int(width) for width in wildcards["group"].split("-"))
    units = max(section(cfg, "points"), AT_ONCE) * widest
    return Memory(DOUBLE * (3 * units + 20 * section(cfg, "memory") * widest))


def _deep(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The deepest networks of all seeds, beside the weights of those of other depths."""
    settings, seeds = section(cfg, "deep"), seeds_in(wildcards)
    depths, width = settings["depths"], settings["width"]
    deepest = built({"kind": "mlp", "sizes": [1, *[width] * max(depths), 1]})
    training = trained(deepest, settings["training"], seeds, measured=False)
    others = seeds * sum(depths) * width**2 * FLOAT
    exact = 4 * AT_ONCE * width * DOUBLE
    return training + Memory(others + exact, seeds * settings["points"] * (FLOAT + DOUBLE))


def _construct(cfg: Cfg, _: Wildcards) -> Memory:
    """The widest network at some places at once."""
    units = 3 * AT_ONCE * max(section(cfg, "widths"))
    return Memory(DOUBLE * (8 * section(cfg, "places")["inside"] + units))


def _interpolate(cfg: Cfg, _: Wildcards) -> Memory:
    """The polynomial of the highest degree at all places at once: nodes × places."""
    degree = max(section(cfg, "polynomials")["degrees"])
    return Memory(DOUBLE * 3 * (degree + 1) * section(cfg, "places")["inside"])


def _compose(cfg: Cfg, _: Wildcards) -> Memory:
    """The best fits of tents."""
    return Memory(DOUBLE * LINES * section(cfg, "tents")["places"] ** 2)


FOOTPRINT = {
    "train": _train,
    "tune": _tune,
    "descend": _descend,
    "deep": _deep,
    "construct": _construct,
    "interpolate": _interpolate,
    "compose": _compose,
    "identities": lambda cfg, wildcards: Memory(0.0),
}
