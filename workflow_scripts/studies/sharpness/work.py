"""How much there is to compute in the steps that do other than train one network."""

from collections.abc import Iterator
from typing import Any

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Step, Wildcards, Work, members_of, step_of


def _arms(cfg: Cfg, wildcards: Wildcards) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    """Settings, members and task of each arm that a job is about."""

    def named(kind: str) -> dict[str, Any]:
        start = f"sharpness.{kind}."
        single = {k.removeprefix(start): v for k, v in cfg.items() if k.startswith(start)}
        return cfg.get(f"sharpness.{kind}") or single

    tasks = named("tasks")
    for arm in named("arms").values():
        members = members_of(wildcards) * len(arm["rates"]) * len(arm.get("radii", (0.0,)))
        yield arm, members, tasks[arm["task"]]


def _training(cfg: Cfg, wildcards: Wildcards) -> Work:
    ((arm, members, task),) = _arms(cfg, wildcards)
    step = step_of(task["network"], members, arm["training"]["batch_size"])
    return Work(arm["training"]["steps"], step)


def _curvature(cfg: Cfg, wildcards: Wildcards) -> Work:
    """Products with the Hessian over all training examples, of all members of all arms."""
    steps = [
        step_of(task["network"], members, task["sample"]["train"])
        for _, members, task in _arms(cfg, wildcards)
    ]
    flop, kernels = (sum(getattr(step, name) for step in steps) for name in ("flop", "kernels"))
    return Work(section(cfg, "measures")["trace_vectors"], Step(flop, kernels))


WORK = {"train": _training, "measure": _curvature, "panels": _curvature}
