"""How much there is to compute in a job, as far as its settings say: what costs are scaled by."""

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
    """Operations that are sent to the device, one after the other."""


@dataclass(frozen=True)
class Work:
    """Optimiser steps of one ensemble, `steps` times `step`; none where a job does not train."""

    steps: float
    step: Step | None

    @property
    def amount(self) -> float:
        """What the time of one rule's jobs is in proportion to: FLOP, or steps if none is known."""
        return self.steps * (self.step.flop if self.step else 1.0)


JobWork = Callable[[Cfg, Wildcards], Work]
"""How much there is to compute in a job of a rule, by its settings and wildcards.

Constant factors cancel: a planned job is held against records of its own rule.
"""


def work_of(cfg: Cfg, wildcards: Wildcards) -> Work:
    """The work of a job with the settings `cfg`, if its rule trains a network of its settings.

    Reads `network` and `training` (the steps and batch size) under any prefix, the numbers in
    `REPEATS`, and the wildcard `seeds`; where nothing is trained, the examples of `sample`. How
    many arms a job trains besides is not seen: it is the same in the records that the result is
    held against.
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
    batch = int(training.get("batch_size") or 1)  # none: all examples, in the records as well
    try:
        return Work(steps, step_of(network, members, batch))
    except ValidationError:  # a kind of network that only its own study knows
        return Work(steps * members, None)


def members_of(wildcards: Wildcards) -> int:
    """How many seeds a job has."""
    return len(seeds_of(wildcards["seeds"]))


def of_seeds(amount: Callable[[Cfg, Wildcards], float]) -> JobWork:
    """The work of a rule that computes so much for each seed, one after the other."""
    return lambda cfg, wildcards: Work(members_of(wildcards) * amount(cfg, wildcards), None)


def measured(examples: Callable[[Cfg], float]) -> JobWork:
    """The work of a rule that measures the losses of its `network` on so many examples."""

    def work(cfg: Cfg, wildcards: Wildcards) -> Work:
        step = step_of(section(cfg, "network"), members_of(wildcards), MEASURED_AT_A_TIME)
        return Work(examples(cfg) / MEASURED_AT_A_TIME, step)

    return work


def step_of(
    network: Mapping[str, Any], members: int, batch: int, symbols: int | None = None
) -> Step:
    """Count a step of `members` networks of these settings, `batch` examples each.

    A network that reads pairs of symbols needs their number.
    """
    once, each, kernels = _counted(json.dumps(network, sort_keys=True), symbols)
    return Step((once + batch * each) * members, kernels)


@cache
def _counted(network: str, symbols: int | None) -> tuple[float, float, int]:
    """FLOP of a step of one network (as JSON) whatever the batch, FLOP an example, and kernels."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import FlopCounterMode

    from workflow_scripts.learning.ensemble.losses import cross_entropy
    from workflow_scripts.learning.networks.pair_settings import pair_network
    from workflow_scripts.learning.networks.settings import network as build

    class Kernels(TorchDispatchMode):
        """Counts what is dispatched."""

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

    # Two counts, because a part may not depend on the examples: a table over all symbols.
    (two, kernels), (four, _) = counted(2), counted(4)
    each = (four - two) / 2
    return two - 2 * each, each, kernels


def _evaluations(cfg: Mapping[str, Any]) -> float:
    """Examples that a job which only measures looks at, of one network."""
    sample, points = _last(cfg, "sample"), _last(cfg, "points")
    sizes = sample if isinstance(sample, Mapping) else {}
    examples = sum(size for split, size in sizes.items() if split in ("train", "test"))
    return float(max(1, examples) * (len(points) if isinstance(points, list) else 1))


def _last(cfg: Mapping[str, Any], name: str) -> Any:
    """The value of the one key that ends in `name`; None where there is none or are several."""
    found = [key for key in cfg if key.split(".")[-1] == name]
    return cfg[found[0]] if len(found) == 1 else None
