"""The amount of computation of the steps that do not simply train one network."""

from collections.abc import Iterator
from typing import Any

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import (
    MEASURED_AT_A_TIME,
    Cfg,
    Step,
    Wildcards,
    Work,
    members_of,
    step_of,
)


def arms_of(cfg: Cfg) -> Iterator[tuple[dict[str, Any], dict[str, Any], int]]:
    """Settings and task of each arm of a job, and its networks for each seed."""

    def named(kind: str) -> dict[str, Any]:
        start = f"sharpness.{kind}."
        return {k.removeprefix(start): v for k, v in cfg.items() if k.startswith(start)}

    tasks = named("tasks")
    for arm in named("arms").values():
        each = len(arm["rates"]) * len(arm.get("radii", (0.0,))) * arm.get("copies", 1)
        yield arm, tasks[arm["task"]], each


def _arms(cfg: Cfg, wildcards: Wildcards) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    """Settings, number of members and task of each arm of a job."""
    for arm, task, each in arms_of(cfg):
        yield arm, members_of(wildcards) * each, task


def _training(cfg: Cfg, wildcards: Wildcards) -> Work:
    ((arm, members, task),) = _arms(cfg, wildcards)
    step = step_of(task["network"], members, arm["training"]["batch_size"])
    return Work(arm["training"]["steps"], step)


def _curvature(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Hessian-vector products over all training examples, for all members of the arm."""
    ((_, members, task),) = _arms(cfg, wildcards)
    step = step_of(task["network"], members, task["sample"]["train"])
    return Work(section(cfg, "measures")["trace_vectors"], step)


def _pictures(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Losses on a line for each seed, and on a plane for one, of all arms."""
    slices, one = section(cfg, "slices"), members_of(wildcards)
    places = slices["points"] * one + slices["plane_points"] ** 2
    steps = [step_of(task["network"], 1, MEASURED_AT_A_TIME) for *_, task in _arms(cfg, wildcards)]
    flop, kernels = (sum(getattr(step, name) for step in steps) for name in ("flop", "kernels"))
    return Work(places, Step(flop, kernels))


def _rescaling(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Curvature of one network of each seed, under each factor."""
    ((_, _, task),) = _arms(cfg, wildcards)
    step = step_of(task["network"], members_of(wildcards), task["sample"]["train"])
    return Work(len(section(cfg, "rescaling")["factors"]), step)


WORK = {
    "train": _training,
    "measure": _curvature,
    "pictures": _pictures,
    "rescale": _rescaling,
}
