"""The most memory that each step needs at once, from its settings."""

import math

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    DOUBLE,
    FLOAT,
    INTEGER,
    Memory,
    seeds_in,
)
from workflow_scripts.learning.work import Cfg, Wildcards

COUPLINGS = 3
"""Matrices of a network while its neurons are put in the order of their visits."""
PIXELS = 28**2
CHUNK, TESTED, ERROR = 2**16, 100, 0.01
"""Patterns on a sphere and states of a dense memory that are processed together."""


def _capacity(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The couplings of all networks, their patterns, and the states and fields of all trials."""
    size, networks = int(wildcards["size"]), seeds_in(wildcards) * cfg["networks"]
    patterns = round(max(cfg["loads"]) * size)
    states = 8 * min(section(cfg, "trials"), patterns) * size
    each = COUPLINGS * size**2 + 2 * patterns * size + states
    return Memory(FLOAT * networks * each)


def _recall(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The same with all cues of a network at once."""
    settings = section(cfg, "recall")
    size, patterns = settings["size"], round(settings["overload"] * settings["size"])
    cues = (len(settings["flipped"]) + 1) * min(settings["trials"], patterns)
    each = COUPLINGS * size**2 + 2 * patterns * size + 8 * cues * size
    return Memory(FLOAT * seeds_in(wildcards) * each)


def _spheres(cfg: Cfg, _: Wildcards) -> Memory:
    """The patterns of the largest dimension as they are drawn and scaled, in main memory."""
    settings = section(cfg, "spheres")
    numbers = max(d * 2 ** min(settings["most"], d) for d in settings["dimensions"])
    chunk = min(CHUNK, 2 ** settings["most"]) * settings["queries"] * 4
    return Memory(FLOAT * (numbers + chunk), reading=FLOAT * 2.2 * numbers)


def _dense(cfg: Cfg, _: Wildcards) -> Memory:
    """Bits, the patterns as integers and as floats, and the polynomials of tested states."""
    from scipy import stats

    settings = section(cfg, "dense")
    found = []
    for each in settings["orders"]:
        order = each["order"]
        odd = math.prod(range(1, 2 * order - 2, 2))
        for size in each["sizes"]:
            expected = size ** (order - 1) / (stats.norm.isf(ERROR) ** 2 * odd)
            patterns = max(settings["loads"]) * expected
            drawn = patterns * size * (2 * INTEGER + DOUBLE)
            tested = DOUBLE * (patterns * size + 4 * min(TESTED, settings["trials"]) * patterns)
            found.append(max(drawn, tested))
    return Memory(max(found))


def _images(cfg: Cfg, _: Wildcards) -> Memory:
    """The file, the images that are stored in float64, and the weights of all queries."""
    regimes = section(cfg, "regimes")
    stored = regimes["stored"]
    images = DOUBLE * stored * PIXELS
    weights = DOUBLE * 4 * stored * regimes["queries"]
    shuffled = images + INTEGER * stored * PIXELS
    return Memory(3 * images + max(weights, shuffled) + COUPLINGS * DOUBLE * PIXELS**2)


FOOTPRINT = {
    "capacity": _capacity,
    "recall": _recall,
    "images": _images,
    "spheres": _spheres,
    "dense": _dense,
    "identities": lambda cfg, wildcards: Memory(0.0),
}
