"""The most memory that a job needs at once, predicted from the shapes in its settings."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workflow_scripts.core.settings import section
from workflow_scripts.learning.work import Cfg, Wildcards, members_of

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.network import Network

FLOAT, DOUBLE, INTEGER = 4, 8, 8
"""Bytes of a number."""
CHUNK = 1000
"""Examples that are evaluated at a time, and those for statistics of normalisation."""
START = 3.1e8
"""Bytes of a process that has imported what a step needs: 0.28 to 0.35 GB in the records."""
LOOP = 1e7
"""Bytes more of a process that trains."""
HOLES = 1.2e8
"""Bytes that networks with normalisation free and that stay in main memory: they hold and free many
arrays that are smaller than those that are given back at once (`core/allocation.py`)."""
CUDA = 2.5e9
"""Bytes of main memory for the libraries of a GPU: an assumption, no job has run on one."""
FILES = {"fashion-mnist": 60_000, "cifar-10": 50_000}
"""Training images of the data sets of which each seed draws a part of the same file."""


@dataclass(frozen=True)
class Memory:
    """Bytes of a job at its peak, beside those of the process."""

    working: float
    """Weights, states of the optimiser, activations: what is on the device that computes."""
    data: float = 0.0
    """Examples, which are in main memory and on the device."""
    reading: float = 0.0
    """The most in main memory while examples are read or drawn."""
    saved: float = 0.0
    """Weights and states in main memory while they are written."""
    holes: float = 0.0
    """What was freed and stays in main memory where a step computes on the CPU."""

    def __add__(self, other: "Memory") -> "Memory":
        """What two parts of a job need that are there at the same time."""
        return Memory(
            self.working + other.working,
            self.data + other.data,
            self.reading + other.reading,
            self.saved + other.saved,
            max(self.holes, other.holes),
        )

    @property
    def on_cpu(self) -> float:
        """The most main memory of a job that computes on the CPU."""
        return START + max(self.reading, self.data + self.working + self.holes)

    @property
    def beside_gpu(self) -> float:
        """The most main memory of a job that computes on a GPU."""
        return START + CUDA + max(self.reading, self.data + self.saved)

    @property
    def on_gpu(self) -> float:
        """The most memory of the GPU, its libraries excluded."""
        return self.data + self.working


JobMemory = Callable[[Cfg, Wildcards], Memory]
"""The memory of a job of a rule, from its settings and wildcards."""


def memory_of(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The memory of a job that trains one network a seed, on the `sample` of its settings.

    A job without a network is taken to need no more than every process.
    """
    try:
        network, training, sample = (section(cfg, n) for n in ("network", "training", "sample"))
    except KeyError:
        return Memory(0.0)
    seeds = seeds_in(wildcards)
    return trained(built(network), training, seeds) + drawn(sample, seeds, network)


def seeds_in(wildcards: Wildcards) -> int:
    """The number of seeds of a job; one of a job for all of them."""
    return members_of(wildcards) if "seeds" in wildcards else 1


def built(network: Mapping[str, Any]) -> "Network":
    """The network of these settings."""
    from workflow_scripts.learning.networks.settings import network as build

    return build(network)


def trained(
    network: "Network",
    training: Mapping[str, Any],
    members: int,
    *,
    copies: float = 2.0,
    measured: bool = True,
    examples: int = 0,
    tokens: bool = False,
) -> Memory:
    """The training of `members` networks, evaluated on the way if `measured`.

    `copies` of the weights are held beside those that are trained: at the start, and by callbacks.
    `examples` are those of a full batch, a thousand if that is not said. Weights and states are
    written at least at the end.
    """
    from workflow_scripts.learning import alive

    batch = training.get("batch_size") or examples or CHUNK
    weights = members * numbers_of(network) * FLOAT
    states = weights * states_of(training["optimiser"])
    example = members * math.prod(network.input_shape) * (INTEGER if tokens else FLOAT)
    held = (1 + copies) * weights + states
    normalised = not tokens and alive.normalised(network)
    if measured and normalised:
        held += 2 * CHUNK * example
    # Beside the gradients, those whose rows are padded.
    phases = [alive.step(network, members, batch, tokens) + batch * example + weights]
    if measured:
        phases.append(alive.logits(network, members, CHUNK, tokens) + CHUNK * example)
    saving = 2 * (weights * (1 + copies / 2) + states)
    working, kept = LOOP + held + max(*phases, saving), LOOP + held + saving
    return Memory(working, saved=kept, holes=normalised * HOLES)


def evaluated(network: "Network", members: int, copies: float) -> Memory:
    """The evaluation of `members` networks, `copies` of whose weights are held."""
    from workflow_scripts.learning import alive

    weights = members * numbers_of(network) * FLOAT
    inputs = members * CHUNK * math.prod(network.input_shape) * FLOAT
    normalised = alive.normalised(network)
    held = copies * weights + inputs * (1 + normalised)
    chunk = alive.logits(network, members, CHUNK, tokens=False)
    return Memory(held + chunk, saved=copies * weights, holes=normalised * HOLES)


def curved(
    network: "Network", members: int, examples: int, products: int, double: bool = False
) -> Memory:
    """The curvature of `members` networks over so many examples, all at once.

    `products` is the most that Lanczos' method takes: their vectors are held, and once more for
    the members that go on when one has ended.
    """
    import torch

    from workflow_scripts.learning import alive

    number, kind = (DOUBLE, torch.float64) if double else (FLOAT, torch.float32)
    basis = (2 * members - 1) * products * numbers_of(network) * number
    shown = members * examples * math.prod(network.input_shape) * number
    working = basis + shown + alive.curvature(network, members, examples, kind)
    return Memory(working, holes=alive.normalised(network) * HOLES)


def numbers_of(network: "Network") -> int:
    """The number of parameters of one network."""
    return sum(math.prod(shape) for shape in network.shapes().values())


def states_of(optimiser: Mapping[str, Any]) -> int:
    """Numbers that an optimiser keeps for each weight."""
    return bool(optimiser.get("momentum")) if optimiser["kind"] == "sgd" else 2


def drawn(sample: Mapping[str, Any], seeds: int, network: Mapping[str, Any] | int) -> Memory:
    """The examples that so many seeds draw for a network, or of so many numbers each.

    Images that several seeds draw are held once, and the file is read whole.
    """
    each = network if isinstance(network, int) else math.prod(built(network).input_shape)
    wanted = sample["train"] + sample.get("validation", 0)
    file = FILES.get(sample["dataset"])
    held = file * (1 - (1 - wanted / file) ** seeds) if file else seeds * wanted
    pixels = each * sample.get("downsample", 1) ** 2
    rows = seeds * wanted * INTEGER
    data = (held + sample["test"]) * each * FLOAT + rows
    # The file, the images that are chosen of it, and these as floats before they are averaged.
    reading = rows + (file or 0) * pixels + held * pixels * (1 + FLOAT)
    return Memory(0.0, data, reading if file else 2 * data)
