"""The amount of computation of a job according to its settings, used to scale cost estimates."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section

Cfg = Mapping[str, Any]
"""A rule's settings: dotted keys to values."""
Wildcards = Mapping[str, str]

MEASURED_AT_A_TIME = 1000
"""Examples whose losses are counted as one step."""
REPEATS = ("rounds", "epochs", "repetitions", "line")
"""Settings, by the last part of their key, that say how often a job trains or measures."""


@dataclass(frozen=True)
class Step:
    """One optimiser step of an ensemble."""

    flop: float
    """Floating-point operations of matrix products and convolutions."""
    kernels: int
    """Number of operations dispatched to the device."""


@dataclass(frozen=True)
class Work:
    """Optimiser steps of one ensemble, `steps` times `step`; zero for a job that does not train."""

    steps: float
    step: Step | None

    @property
    def amount(self) -> float:
        """What the time of the jobs of a rule is proportional to: FLOP, or steps if unknown."""
        return self.steps * (self.step.flop if self.step else 1.0)


JobWork = Callable[[Cfg, Wildcards], Work]
"""The amount of computation of a job of a rule, from its settings and wildcards.

Constant factors cancel: a planned job is compared only with records of the same rule.
"""


def work_of(cfg: Cfg, wildcards: Wildcards) -> Work:
    """The work of a job with the settings `cfg`, if its rule trains the network they name.

    Reads `network` and `training` (the steps and batch size) under any prefix, the numbers in
    `REPEATS`, and the wildcard `seeds`; for a job that does not train, the examples of `sample`.
    The number of arms is not taken into account: it is the same in the records with which the
    result is compared.
    """
    network, training = _last(cfg, "network"), _last(cfg, "training")
    if not isinstance(network, Mapping):
        return Work(1.0, None)
    if not isinstance(training, Mapping):
        training = {"steps": _evaluations(cfg), "batch_size": 1}
    members = members_of(wildcards) if "seeds" in wildcards else 1
    steps = float(training.get("steps", 1))
    for name in REPEATS:
        repeats = _last(cfg, name)
        if isinstance(repeats, int | float):
            steps *= repeats
    batch = int(training.get("batch_size") or 1)  # none: all, as in the records
    try:
        return Work(steps, step_of(network, members, batch))
    except ValidationError:  # a kind of network that only one study knows
        return Work(steps * members, None)


def members_of(wildcards: Wildcards) -> int:
    """The number of seeds of a job."""
    return len(seeds_of(wildcards["seeds"]))


def of_seeds(amount: Callable[[Cfg, Wildcards], float]) -> JobWork:
    """The work of a rule that computes `amount` for each seed, one seed after the other."""
    return lambda cfg, wildcards: Work(members_of(wildcards) * amount(cfg, wildcards), None)


def measured(examples: Callable[[Cfg], float]) -> JobWork:
    """The work of a rule that computes the losses of its `network` on `examples` examples."""

    def work(cfg: Cfg, wildcards: Wildcards) -> Work:
        step = step_of(section(cfg, "network"), members_of(wildcards), MEASURED_AT_A_TIME)
        return Work(examples(cfg) / MEASURED_AT_A_TIME, step)

    return work


def step_of(
    network: Mapping[str, Any], members: int, batch: int, symbols: int | None = None
) -> Step:
    """Count a step of `members` networks of these settings, `batch` examples each.

    `symbols` is their number, for a network that reads pairs of symbols.
    """
    once, each, kernels = _counted(json.dumps(network, sort_keys=True), symbols)
    return Step((once + batch * each) * members, kernels)


@cache
def _counted(network: str, symbols: int | None) -> tuple[float, float, int]:
    """Constant FLOP, FLOP per example, and kernels of a step of one network (as JSON)."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import FlopCounterMode

    from workflow_scripts.learning.ensemble.losses import cross_entropy
    from workflow_scripts.learning.networks.pair_settings import pair_network
    from workflow_scripts.learning.networks.settings import network as build

    class Kernels(TorchDispatchMode):
        """Counts dispatched operations."""

        def __init__(self) -> None:
            TorchDispatchMode.__init__(self)
            self.count = 0

        def __torch_dispatch__(
            self,
            func: Callable[..., Any],
            types: Any,
            args: tuple[Any, ...] = (),
            kwargs: dict[str, Any] | None = None,
        ) -> Any:
            self.count += 1
            return func(*args, **(kwargs or {}))

    settings = json.loads(network)
    built = pair_network(settings, symbols) if symbols else build(settings)
    parameters = built.initialise([0])
    kind = torch.int64 if symbols else torch.float32

    def counted(examples: int) -> tuple[float, int]:
        inputs = torch.zeros(1, examples, *built.input_shape, dtype=kind)
        labels = torch.zeros(1, examples, dtype=torch.int64)
        counter, kernels = FlopCounterMode(display=False), Kernels()
        with counter, kernels:
            built.losses_and_gradients(parameters, inputs, labels, cross_entropy)
        return counter.get_total_flops(), kernels.count

    # Two counts, because a part may not depend on the examples, such as a table of all symbols.
    (two, kernels), (four, _) = counted(2), counted(4)
    each = (four - two) / 2
    return two - 2 * each, each, kernels


def _evaluations(cfg: Mapping[str, Any]) -> float:
    """Examples on which a job that only measures evaluates one network."""
    sample, points = _last(cfg, "sample"), _last(cfg, "points")
    sizes = sample if isinstance(sample, Mapping) else {}
    examples = sum(size for split, size in sizes.items() if split in ("train", "test"))
    return float(max(1, examples) * (len(points) if isinstance(points, list) else 1))


def _last(cfg: Mapping[str, Any], name: str) -> Any:
    """The value of the one key that ends in `name`; None if there is none or more than one."""
    found = [key for key in cfg if key.split(".")[-1] == name]
    return cfg[found[0]] if len(found) == 1 else None
