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

SIDES, COPIES = 2, 2
"""Networks of a pair, and copies of one that part."""
PRODUCTS = 100
"""The most products with the Hessian of Lanczos' method."""
LINES = 3
"""Tables of a path through control points: a curve, a chain and a band."""


def _drawn(cfg: Cfg, wildcards: Wildcards) -> Memory:
    return drawn(section(cfg, "sample"), seeds_in(wildcards), section(cfg, "network"))


def _trained(
    cfg: Cfg, wildcards: Wildcards, members: int, copies: float, name: str = "training"
) -> Memory:
    network = built(section(cfg, "network"))
    training = section(cfg, name)
    training = training.get("training", training)
    return trained(network, training, members, copies=copies, measured=False)


def _evaluated(cfg: Cfg, members: int, copies: float) -> Memory:
    return evaluated(built(section(cfg, "network")), members, copies)


def _ends(cfg: Cfg, wildcards: Wildcards) -> Memory:
    members = SIDES * seeds_in(wildcards)
    return _trained(cfg, wildcards, members, copies=2) + _drawn(cfg, wildcards)


def _parted(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The networks at which copies part, and all copies, which are written together."""
    members, points = COPIES * seeds_in(wildcards), len(section(cfg, "part"))
    copies = 2 + 1.5 * points
    return _trained(cfg, wildcards, members, copies) + _drawn(cfg, wildcards)


def _curve(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The bends, the ends between which they are, and the networks on the way."""
    members, bends = seeds_in(wildcards), section(cfg, "bends")
    curve = _trained(cfg, wildcards, members * bends, copies=2)
    weights = members * numbers_of(built(section(cfg, "network"))) * FLOAT
    return curve + Memory((SIDES + 2) * weights) + _drawn(cfg, wildcards)


def _band(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """All pivots at once in the last cycle, with the tangents and forces on them."""
    band = section(cfg, "band")
    members = seeds_in(wildcards) * (band["pivots"] + sum(band["insertions"]))
    relaxed = _trained(cfg, wildcards, members, 6, "band")
    weights = members * numbers_of(built(section(cfg, "network"))) * FLOAT
    return relaxed + Memory(2 * weights) + _drawn(cfg, wildcards)


def _averages(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Sums in float64 of the last and the first iterates, and a moving average."""
    members = seeds_in(wildcards)
    return _trained(cfg, wildcards, members, 10, "averaging") + _drawn(cfg, wildcards)


def _copies(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The copies of all recipes, each with its images with noise."""
    soups, seeds = section(cfg, "soups"), seeds_in(wildcards)
    recipes = len(soups["learning_rates"]) * len(soups["weight_decays"])
    tuned = _trained(cfg, wildcards, seeds * recipes, 3, "soups")
    return tuned + _noised(cfg, wildcards, soups["examples"])


def _noised(cfg: Cfg, wildcards: Wildcards, examples: int) -> Memory:
    """Images of the task without noise, and those of each seed with noise of its own."""
    sample, network = section(cfg, "sample"), section(cfg, "network")
    pixels = built(network).input_shape[0]
    own = seeds_in(wildcards) * (examples + sample["validation"]) + sample["test"]
    noise = own * pixels * FLOAT
    plain = _drawn(cfg, wildcards)
    return plain + Memory(0.0, noise, 3 * noise)


def _soups(cfg: Cfg, wildcards: Wildcards) -> Memory:
    seeds = seeds_in(wildcards)
    copies = 8
    cooked = _evaluated(cfg, seeds * copies, copies=4)
    return cooked + _noised(cfg, wildcards, section(cfg, "examples"))


def _paths(cfg: Cfg, wildcards: Wildcards) -> Memory:
    seeds = seeds_in(wildcards)
    return _evaluated(cfg, seeds, copies=12) + _drawn(cfg, wildcards)


def _plane(cfg: Cfg, wildcards: Wildcards) -> Memory:
    one = {**wildcards, "seeds": "0-0"}
    return _evaluated(cfg, 1, copies=20) + _drawn(cfg, one)


def _branches(cfg: Cfg, wildcards: Wildcards) -> Memory:
    return _evaluated(cfg, seeds_in(wildcards), copies=10) + _drawn(cfg, wildcards)


def _matching(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The second networks in all orders of their units, random ones twice as many."""
    orders = 2 * section(cfg, "random_orders")
    return _evaluated(cfg, seeds_in(wildcards), copies=2 * orders + 4) + _drawn(cfg, wildcards)


def _flatness(cfg: Cfg, wildcards: Wildcards) -> Memory:
    network, seeds = built(section(cfg, "network")), seeds_in(wildcards)
    hessian = curved(network, seeds, section(cfg, "curvature"), PRODUCTS)
    points = 5 * seeds * numbers_of(network) * FLOAT
    return hessian + Memory(points) + _drawn(cfg, wildcards)


FOOTPRINT = {
    "ends": _ends,
    "parted": _parted,
    "curve": _curve,
    "band": _band,
    "averages": _averages,
    "copies": _copies,
    "soups": _soups,
    "paths": _paths,
    "plane": _plane,
    "branches": _branches,
    "matching": _matching,
    "flatness": _flatness,
}
