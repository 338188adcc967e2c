"""The work of rules that do more, or other, than train one network of their settings.

A rule that is not here is scaled by `network` and `training` in its settings (`work_of`); a study
that you add needs a line here only where that is far off. Constant factors cancel: a planned job is
held against records of its own rule.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.operation.plan.work import Step, Work, step_of, work_of
from workflow_scripts.studies.grokking.settings import Table

Settings = Mapping[str, Any]
Job = Callable[[Settings, Mapping[str, str]], Work]

BATCH = 1000
"""Examples that are measured at a time."""


def work_of_job(rule: str, cfg: Settings, wildcards: Mapping[str, str]) -> Work:
    """The work of a job of any rule."""
    return RULES.get(rule, work_of)(cfg, wildcards)


def _members(wildcards: Mapping[str, str]) -> int:
    return len(seeds_of(wildcards["seeds"]))


def _pairs(cfg: Settings, wildcards: Mapping[str, str]) -> Work:
    """Training on a share of a table, all of it in each step."""
    table, training = Table(**section(cfg, "table")), section(cfg, "training")
    examples = round(table.fraction * table.symbols**2)
    step = step_of(section(cfg, "network"), _members(wildcards), examples, table.symbols)
    return Work(training["steps"], step)


def _widths(cfg: Settings, wildcards: Mapping[str, str]) -> Work:
    """Training masked perceptrons, all as wide as the widest of their group."""
    widths = [int(width) for width in wildcards["group"].split("-")]
    members = _members(wildcards) * len(widths) * len(section(cfg, "noise"))
    training = section(cfg, "training")
    sizes = [40, *[max(widths)] * section(cfg, "layers"), 10]
    step = step_of({"kind": "mlp", "sizes": sizes}, members, training["batch_size"])
    return Work(training["steps"], step)


def _arms(cfg: Settings, wildcards: Mapping[str, str]) -> Iterator[tuple[dict, int, dict]]:
    """Settings, members and task of each arm that a job of the sharpness study is about."""

    def named(kind: str) -> dict[str, Any]:
        start = f"sharpness.{kind}."
        single = {k.removeprefix(start): v for k, v in cfg.items() if k.startswith(start)}
        return cfg.get(f"sharpness.{kind}") or single

    tasks = named("tasks")
    for arm in named("arms").values():
        members = _members(wildcards) * len(arm["rates"]) * len(arm.get("radii", (0.0,)))
        yield arm, members, tasks[arm["task"]]


def _sharpness_training(cfg: Settings, wildcards: Mapping[str, str]) -> Work:
    ((arm, members, task),) = _arms(cfg, wildcards)
    step = step_of(task["network"], members, arm["training"]["batch_size"])
    return Work(arm["training"]["steps"], step)


def _curvature(cfg: Settings, wildcards: Mapping[str, str]) -> Work:
    """Products with the Hessian over all training examples, of all members of all arms."""
    steps = [
        step_of(task["network"], members, task["sample"]["train"])
        for _, members, task in _arms(cfg, wildcards)
    ]
    flop, kernels = (sum(getattr(step, name) for step in steps) for name in ("flop", "kernels"))
    return Work(section(cfg, "measures")["trace_vectors"], Step(flop, kernels))


def _measured(examples: Callable[[Settings], float]) -> Job:
    """Losses of a network on so many examples."""

    def work(cfg: Settings, wildcards: Mapping[str, str]) -> Work:
        step = step_of(section(cfg, "network"), _members(wildcards), BATCH)
        return Work(examples(cfg) / BATCH, step)

    return work


def _test(cfg: Settings) -> int:
    return section(cfg, "sample")["test"]


def _of_seeds(amount: Callable[[Settings, Mapping[str, str]], float]) -> Job:
    """So many operations a seed, one after the other."""
    return lambda cfg, wildcards: Work(_members(wildcards) * amount(cfg, wildcards), None)


def _regression(cfg: Settings, _: Mapping[str, str]) -> float:
    """An eigendecomposition of the smaller of two Gram matrices, and the larger's product."""
    if "double_descent.sizes" in cfg:
        settings = cfg["double_descent.sizes"]
        shapes = [(size, settings["width"]) for size in settings["sizes"]]
    else:
        settings = cfg["double_descent.features"]
        shapes = [(settings["sample"]["train"], width) for width in settings["widths"]]
    return float(sum(min(n, d) ** 2 * (10 * min(n, d) + max(n, d)) for n, d in shapes))


def _dense(cfg: Settings, _: Mapping[str, str]) -> float:
    """Patterns, as many as the energy's order promises, times neurons times tested states."""
    settings = section(cfg, "dense")
    each = [float(s) ** o["order"] for o in settings["orders"] for s in o["sizes"]]
    return sum(each) * sum(settings["loads"]) * settings["trials"]


def _sphere(cfg: Settings, _: Mapping[str, str]) -> float:
    settings = section(cfg, "spheres")
    patterns = sum(d * 2.0 ** min(settings["most"], d) for d in settings["dimensions"])
    return patterns * settings["queries"]


def _recall(cfg: Settings, _: Mapping[str, str]) -> float:
    settings = section(cfg, "recall")
    return settings["size"] ** 2 * settings["trials"] * settings["sweeps"]


def _capacity(cfg: Settings, wildcards: Mapping[str, str]) -> float:
    return int(wildcards["size"]) ** 2 * section(cfg, "trials") * section(cfg, "sweeps")


def _regimes(cfg: Settings, _: Mapping[str, str]) -> float:
    settings = section(cfg, "regimes")
    return settings["stored"] * settings["queries"] * len(settings["betas"])


RULES: dict[str, Job] = {
    "grokking_train": _pairs,
    "double_descent_networks": _widths,
    "double_descent_features": _of_seeds(_regression),
    "double_descent_sizes": _of_seeds(_regression),
    "sharpness_train": _sharpness_training,
    "sharpness_measure": _curvature,
    "sharpness_panels": _curvature,
    "connectivity_paths": _measured(
        lambda cfg: section(cfg, "positions") * (section(cfg, "train") + _test(cfg))
    ),
    "connectivity_plane": _measured(
        lambda cfg: section(cfg, "plane_positions") ** 2 * section(cfg, "train")
    ),
    "connectivity_branches": _measured(
        lambda cfg: section(cfg, "branch_positions") * (section(cfg, "train") + _test(cfg))
    ),
    "connectivity_matching": _measured(lambda cfg: section(cfg, "positions") * _test(cfg)),
    "connectivity_flatness": _measured(lambda cfg: section(cfg, "curvature")),
    "hopfield_capacity": _of_seeds(_capacity),
    "hopfield_recall": _of_seeds(_recall),
    "hopfield_images": _of_seeds(_regimes),
    "hopfield_spheres": _of_seeds(_sphere),
    "hopfield_dense": _of_seeds(_dense),
}
