"""The most memory that each step needs at once, from its settings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    CHUNK,
    DOUBLE,
    FLOAT,
    INTEGER,
    LOOP,
    Memory,
    drawn,
    numbers_of,
    seeds_in,
)
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.recurrence.settings import Gradients
from workflow_scripts.studies.recurrence.settings import Memory as Measured
from workflow_scripts.studies.recurrence.tasks.settings import TaskKind

COUNTED = (50, 75)
"""Places of the sequences from which the bytes of longer ones are extrapolated along a line."""
SYMBOLS, CLASSES = 8, 4
"""Of the sequences on which gradients and bytes are measured."""
WATCHED = 7e7
"""Bytes of what watches the tensors that a backward pass keeps, where they are counted."""
COPIES, STATES = 4, 2
"""Of the weights: at the start, at their own ends, and their gradients; moments of Adam."""


def _at_length(count: Callable[[int], float], length: int, network: Mapping[str, Any]) -> float:
    """Bytes at a length, for a recurrent network from those at short lengths.

    What lies before the last of its windows is not held.
    """
    if network["kind"] == "attention":
        return count(length)
    window = network.get("window")
    if window is not None:
        return count(min(length, 2 * window))
    first, second = COUNTED
    near, far = count(first), count(second)
    return near + (far - near) * (length - first) / (second - first)


def _step(network: dict[str, Any], shape: SequenceShape, batch: int, length: int) -> float:
    from workflow_scripts.learning import alive

    built = sequence_network(network, _of_length(shape, length))
    return alive.step(built, 1, batch, shape.tokens)


def _logits(network: dict[str, Any], shape: SequenceShape, batch: int, length: int) -> float:
    from workflow_scripts.learning import alive

    return alive.logits(
        sequence_network(network, _of_length(shape, length)), 1, batch, shape.tokens
    )


def _of_length(shape: SequenceShape, length: int) -> SequenceShape:
    return SequenceShape(length, shape.inputs, shape.outputs, shape.tokens, shape.everywhere)


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """The sequences of each seed, which are drawn before training; those that are held out."""
    task = TypeAdapter(TaskKind).validate_python(section(cfg, "task"))
    network, training = section(cfg, "network"), section(cfg, "training")
    shape, seeds = task.shape, seeds_in(wildcards)
    built = sequence_network(network, shape)
    chunk, batch = min(CHUNK, section(cfg, "held_out")), training["batch_size"]
    step = _at_length(partial(_step, network, shape, batch), shape.length, network)
    logits = _at_length(partial(_logits, network, shape, chunk), shape.length, network)
    weights = (1 + COPIES + STATES) * numbers_of(built) * FLOAT
    number = 1 if shape.tokens else FLOAT * shape.inputs
    batches = shape.length * number * max(batch, chunk)
    working = LOOP + seeds * (weights + max(step, logits) + batches)
    return Memory(working, saved=seeds * 2 * weights) + _sequences(cfg, task, seeds)


def _sequences(cfg: Cfg, task: TaskKind, seeds: int) -> Memory:
    """All training sequences; those of each seed are there twice while they are joined."""
    count, shape = section(cfg, "sequences"), task.shape
    if task.kind == "pixels":
        sample = {"dataset": task.dataset, "train": count, "test": section(cfg, "held_out")}
        return drawn({**sample, "downsample": task.downsample}, seeds, shape.length)
    symbols = shape.length * (1 if shape.tokens else FLOAT * shape.inputs)
    answers = INTEGER * (shape.length if shape.everywhere else 1)
    held = seeds * count * (symbols + answers)
    return Memory(0.0, held + seeds * count * INTEGER, 2 * held)


def _gradients(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Networks one after the other, in float64, with all places for the backward pass."""
    settings = Gradients.model_validate(section(cfg, "gradients"))
    shape = SequenceShape(settings.long, SYMBOLS, CLASSES)
    networks = [(each.model_dump(), settings.long) for each in settings.networks.values()]
    networks += [(_whole(section(cfg, f"{n}.network")), settings.length) for n in settings.trained]
    found = [
        _at_length(
            partial(_step, network, shape, 1),
            length,
            network,
        )
        for network, length in networks
    ]
    each = max(found) * DOUBLE / FLOAT * settings.sequences
    return Memory(LOOP + seeds_in(wildcards) * each)


def _whole(network: Mapping[str, Any]) -> dict[str, Any]:
    """The same network without truncation."""
    return {key: value for key, value in network.items() if key != "window"}


def _memory(cfg: Cfg, _: Wildcards) -> Memory:
    """One network and one seed at a time."""
    settings = Measured.model_validate(section(cfg, "memory"))
    shape = SequenceShape(max(settings.lengths), SYMBOLS, CLASSES)
    found = [
        _at_length(partial(_step, each, shape, settings.batch), shape.length, each)
        for each in (network.model_dump() for network in settings.networks.values())
    ]
    return Memory(WATCHED + max(found))


FOOTPRINT = {
    "train": _train,
    "gradients": _gradients,
    "memory": _memory,
    "identities": lambda cfg, wildcards: Memory(0.0),
}
