"""The amount of computation of the steps that do not simply train one network."""

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, Work, members_of, of_seeds, step_of
from workflow_scripts.studies.approximation.marks import FUNCTIONS

KINDS = {name: len(kinds) for name, kinds in FUNCTIONS.items()}
"""How many kinds of functions a job builds networks for, by their name."""


def _adam(cfg: Cfg, wildcards: Wildcards, members: int) -> Work:
    """Training of masked networks, all as wide as the widest of their group."""
    widths = [int(width) for width in wildcards["group"].split("-")]
    training = section(cfg, "training")
    sizes = [1, max(widths), 1]
    members *= len(widths)
    return Work(
        training["steps"],
        step_of({"kind": "mlp", "sizes": sizes}, members, training["batch_size"]),
    )


def _trained(cfg: Cfg, wildcards: Wildcards) -> Work:
    return _adam(cfg, wildcards, members_of(wildcards) * KINDS[wildcards["functions"]])


def _tuned(cfg: Cfg, wildcards: Wildcards) -> Work:
    tuning = section(cfg, "tuning")
    seeds = sum(len(seeds_of(batch)) for batch in tuning["seeds"])
    return _adam(cfg, wildcards, seeds * len(tuning["rates"]) * sum(KINDS.values()))


def _descended(cfg: Cfg, wildcards: Wildcards) -> float:
    """Units × places × iterations."""
    widths = sum(int(width) for width in wildcards["group"].split("-"))
    return float(widths * section(cfg, "points") * section(cfg, "iterations"))


def _deep(cfg: Cfg, wildcards: Wildcards) -> Work:
    settings = section(cfg, "deep")
    training, width = settings["training"], settings["width"]
    deepest = {"kind": "mlp", "sizes": [1, *[width] * max(settings["depths"]), 1]}
    share = sum(settings["depths"]) / max(settings["depths"])
    step = step_of(deepest, members_of(wildcards), training["batch_size"])
    return Work(share * training["steps"], step)


def _constructed(cfg: Cfg, wildcards: Wildcards) -> float:
    """Units × places of the networks."""
    kinds, widths = KINDS[wildcards["functions"]], section(cfg, "widths")
    return 2.0 * kinds * sum(widths) * section(cfg, "places")["inside"]


def _composed(cfg: Cfg, _: Wildcards) -> float:
    """The sums of the best fits."""
    tents = section(cfg, "tents")
    return sum(2.0 ** (depth + 2) for depth in tents["fitted"]) * tents["places"] ** 2


def _interpolated(cfg: Cfg, _: Wildcards) -> float:
    """Nodes × places of the polynomials."""
    degrees = section(cfg, "polynomials")["degrees"]
    return 4.0 * sum(degrees) * section(cfg, "places")["inside"]


WORK = {
    "train": _trained,
    "tune": _tuned,
    "descend": of_seeds(_descended),
    "deep": _deep,
    "construct": of_seeds(_constructed),
    "interpolate": of_seeds(_interpolated),
    "compose": of_seeds(_composed),
}
