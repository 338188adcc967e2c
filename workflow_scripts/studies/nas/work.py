"""The amount of computation of the steps, in multiply-adds of their networks."""

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.work import Cfg, Wildcards, Work, of_seeds
from workflow_scripts.studies.nas.cell import choices, convolved, free_edges
from workflow_scripts.studies.nas.compound_settings import Scaled
from workflow_scripts.studies.nas.settings import (
    Body,
    CellTraining,
    Space,
    SupernetTraining,
)
from workflow_scripts.studies.nas.spaces import all_cells

TAPS = 3
HALVED = 2
"""The stem halves the length of a signal."""
ORDERS = {1: 2, 2: 4}
"""Passes through a supernet in a step of each order."""


def length_of(cfg: Cfg) -> int:
    """Points of a signal."""
    return Mnist1d.model_validate(section(cfg, "signals")).length


def _convolution(body: Body, length: int) -> float:
    return TAPS * body.channels**2 * length / HALVED


def _cells(cfg: Cfg, cells: list[str], draws: int) -> float:
    """Every step of every cell: its convolutions, and about as much as one for all else."""
    how = CellTraining.model_validate(section(cfg, "cells"))
    body = Body.model_validate(section(cfg, "body"))
    convolutions = sum(1 + sum(convolved(edge) for edge in choices(cell)) for cell in cells)
    each = _convolution(body, length_of(cfg))
    batch = how.training.batch_size or 1
    return draws * how.training.steps * batch * convolutions * each


def _known(cfg: Cfg) -> tuple[list[str], CellTraining]:
    how = CellTraining.model_validate(section(cfg, "cells"))
    spaces = [Space.model_validate(each) for each in section(cfg, "spaces").values()]
    return all_cells(spaces, how.hand), how


def _in_part(cfg: Cfg, wildcards: Wildcards) -> tuple[list[str], int]:
    """The cells of a part of the table, and the seeds with which each is trained."""
    cells, how = _known(cfg)
    draws = sum(len(seeds_of(batch)) for batch in how.seeds)
    return cells[int(wildcards["part"]) :: how.parts], draws


def rows_of_part(cfg: Cfg, wildcards: Wildcards) -> int:
    """The networks that a part of the table trains."""
    cells, draws = _in_part(cfg, wildcards)
    return len(cells) * draws


def _part(cfg: Cfg, wildcards: Wildcards) -> Work:
    return Work(_cells(cfg, *_in_part(cfg, wildcards)), None)


def _retrained(cfg: Cfg, _: Wildcards) -> Work:
    cells, _how = _known(cfg)
    return Work(_cells(cfg, cells, 1) * section(cfg, "table")["retrained"] / len(cells), None)


def _search(cfg: Cfg, _: Wildcards) -> float:
    """Evaluations in all repetitions and spaces."""
    search = section(cfg, "search")
    return float(search["repetitions"] * search["trainings"][-1] * len(section(cfg, "spaces")))


def _darts(cfg: Cfg, wildcards: Wildcards) -> float:
    arm = SupernetTraining.model_validate(section(cfg, f"supernets.{wildcards['supernet']}"))
    space = Space.model_validate(section(cfg, "spaces")[arm.space])
    body = Body.model_validate(section(cfg, "body"))
    edges = free_edges(space.operations, space.free)
    convolutions = 1 + sum(convolved(operations) for operations in edges)
    each = _convolution(body, length_of(cfg))
    passes = ORDERS[arm.order] * arm.training.steps * (arm.training.batch_size or 1)
    return passes * convolutions * each


def _scaled(cfg: Cfg, wildcards: Wildcards) -> float:
    scaled = Scaled.model_validate(section(cfg, f"networks.{wildcards['network']}"))
    training = section(cfg, "compound.training")
    stages = [
        channels**2 * scaled.length / HALVED**stage
        for stage, channels in enumerate(scaled.channels)
    ]
    each = HALVED * TAPS * scaled.blocks * sum(stages)
    return float(training["steps"] * (training.get("batch_size") or 1) * each)


WORK = {
    "part": _part,
    "retrained": _retrained,
    "search": of_seeds(_search),
    "darts": of_seeds(_darts),
    "scaled": of_seeds(_scaled),
}
