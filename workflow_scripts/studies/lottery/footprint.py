"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    Memory,
    built,
    drawn,
    evaluated,
    seeds_in,
    trained,
)
from workflow_scripts.learning.work import Cfg, Wildcards

COPIES = 2
"""Copies of a network that part."""


def _members(cfg: Cfg, wildcards: Wildcards, members: int, copies: float) -> Memory:
    """The training of an ensemble, measured, with the examples of each member."""
    network, seeds = section(cfg, "network"), seeds_in(wildcards)
    training = trained(built(network), section(cfg, "training"), members, copies=copies)
    return training + drawn(section(cfg, "sample"), seeds, network)


def _dense(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """With snapshots of some steps, and the weights at the smallest validation loss."""
    kept = len(section(cfg, "snapshots"))
    return _members(cfg, wildcards, seeds_in(wildcards), copies=3 + kept)


def _level(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """With masks, the weights before, at the start and at the smallest validation loss."""
    return _members(cfg, wildcards, seeds_in(wildcards), copies=6)


def _control(cfg: Cfg, wildcards: Wildcards) -> Memory:
    return _members(cfg, wildcards, seeds_in(wildcards) * len(cfg["arms"]), copies=5)


def _needle(cfg: Cfg, wildcards: Wildcards) -> Memory:
    members = seeds_in(wildcards) * (1 + section(cfg, "shuffled"))
    return _members(cfg, wildcards, members, copies=5)


def _branch(cfg: Cfg, wildcards: Wildcards) -> Memory:
    network, seeds = section(cfg, "network"), seeds_in(wildcards)
    parted = trained(
        built(network), section(cfg, "training"), COPIES * seeds, copies=2, measured=False
    )
    return parted + drawn(section(cfg, "sample"), seeds, network)


def _instability(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """On the CPU: the step knows no device."""
    network, seeds = section(cfg, "network"), seeds_in(wildcards)
    line = evaluated(built(network), seeds, copies=COPIES + 2)
    return line + drawn(section(cfg, "sample"), seeds, network)


FOOTPRINT = {
    "dense": _dense,
    "level": _level,
    "long": _level,
    "control": _control,
    "needle": _needle,
    "branch": _branch,
    "instability": _instability,
}
