"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.memory import CHUNK, FLOAT, LOOP, Memory, built, seeds_in, trained
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.nas.cell import EDGES, choices, free_edges
from workflow_scripts.studies.nas.compound_settings import Scaled
from workflow_scripts.studies.nas.settings import (
    Body,
    CellTraining,
    Space,
    SupernetTraining,
)
from workflow_scripts.studies.nas.work import HALVED, length_of, rows_of_part

HELD = 4
"""Tensors of an operation that are held for the backward pass."""
LOOKED, MIXED = 8, 16
"""Tensors that are there at once without it, and in networks that each have cells of their own."""


def _signals(cfg: Cfg, length: int) -> Memory:
    """All signals, which are drawn before the seeds choose among them."""
    signals = Mnist1d.model_validate(section(cfg, "signals"))
    numbers = (signals.train + signals.test) * length
    return Memory(0.0, numbers * FLOAT, 2 * numbers * FLOAT)


def _ensemble(cfg: Cfg, members: int, batch: int, operations: int, looked: int = LOOKED) -> Memory:
    """So many networks with so many operations each, trained and then evaluated."""
    body = Body.model_validate(section(cfg, "body"))
    length = length_of(cfg)
    points = members * body.channels * length / HALVED * FLOAT
    working = LOOP + points * max(batch * HELD * operations, CHUNK * looked)
    return Memory(working) + _signals(cfg, length)


def _cells(cfg: Cfg, rows: int) -> Memory:
    """So many rows of the table, as many at once as an ensemble has members."""
    how = CellTraining.model_validate(section(cfg, "cells"))
    batch, members = how.training.batch_size or CHUNK, min(how.members, rows)
    return _ensemble(cfg, members, batch, 1 + len(choices(how.hand)), MIXED)


def _darts(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Every edge with all its operations, and two signals for each example."""
    arm = SupernetTraining.model_validate(section(cfg, f"supernets.{wildcards['supernet']}"))
    space = Space.model_validate(section(cfg, "spaces")[arm.space])
    operations = sum(map(len, free_edges(space.operations, space.free)))
    batch = 2 * (arm.training.batch_size or CHUNK)
    return _ensemble(cfg, seeds_in(wildcards), batch, 1 + max(operations, len(EDGES)))


def _scaled(cfg: Cfg, wildcards: Wildcards) -> Memory:
    scaled = Scaled.model_validate(section(cfg, f"networks.{wildcards['network']}"))
    network = {
        "kind": section(cfg, "compound.kind"),
        "input": (1, scaled.length),
        "channels": scaled.channels,
        "blocks": scaled.blocks,
        "classes": section(cfg, "body.classes"),
    }
    training = section(cfg, "compound.training")
    return trained(built(network), training, seeds_in(wildcards)) + _signals(cfg, scaled.length)


FOOTPRINT = {
    "part": lambda cfg, wildcards: _cells(cfg, rows_of_part(cfg, wildcards)),
    "retrained": lambda cfg, _: _cells(cfg, section(cfg, "table")["retrained"]),
    "darts": _darts,
    "scaled": _scaled,
    "search": lambda cfg, _: Memory(0.0),
}
