"""The amount of computation of the steps, in multiplications of a weight with a number."""

from pydantic import TypeAdapter

from workflow_scripts.core.settings import section
from workflow_scripts.learning.networks.attention_settings import AttentionSettings
from workflow_scripts.learning.networks.sequence_settings import SequenceArchitecture
from workflow_scripts.learning.work import Cfg, Wildcards, of_seeds
from workflow_scripts.studies.recurrence.settings import Gradients, Identities, Memory
from workflow_scripts.studies.recurrence.tasks.settings import TaskKind

RECORDED = 3
"""A place through which gradients flow costs three times one that is only read."""
SYMBOLS = 8
"""Of the sequences on which gradients and bytes are measured."""
GATES = {"rnn": 1, "lstm": 4, "gru": 3, "attention": 1}


def _weights(network: SequenceArchitecture, inputs: int) -> float:
    size = network.width if isinstance(network, AttentionSettings) else network.hidden
    return GATES[network.kind] * size * (size + inputs)


def _train(cfg: Cfg, _: Wildcards) -> float:
    """Places that are read and those that are recorded, for each sequence of each step.

    Measurements read those of all held-out sequences.
    """
    task = TypeAdapter(TaskKind).validate_python(section(cfg, "task"))
    network = TypeAdapter(SequenceArchitecture).validate_python(section(cfg, "network"))
    training, length = section(cfg, "training"), task.shape.length
    recorded = min(getattr(network, "window", None) or length, length)
    places = length - recorded + RECORDED * recorded
    each = _weights(network, task.shape.inputs)
    measured = section(cfg, "held_out") * length / section(cfg, "every")
    return training["steps"] * (training["batch_size"] * places + measured) * each


def _gradients(cfg: Cfg, _: Wildcards) -> float:
    """Networks that are only initialised on long sequences; trained ones at both moments."""
    settings = Gradients.model_validate(section(cfg, "gradients"))
    trained = [
        TypeAdapter(SequenceArchitecture).validate_python(section(cfg, f"{name}.network"))
        for name in settings.trained
    ]
    places = settings.long * sum(_weights(each, SYMBOLS) for each in settings.networks.values())
    places += 2 * settings.length * sum(_weights(each, SYMBOLS) for each in trained)
    return RECORDED * settings.sequences * places


def _memory(cfg: Cfg, _: Wildcards) -> float:
    settings = Memory.model_validate(section(cfg, "memory"))
    each = sum(_weights(network, SYMBOLS) for network in settings.networks.values())
    return 2 * settings.batch * sum(settings.lengths) * each


def _identities(cfg: Cfg, _: Wildcards) -> float:
    settings = Identities.model_validate(section(cfg, "identities"))
    weights = settings.hidden * (settings.hidden + settings.symbols)
    return settings.draws * settings.length * weights


WORK = {
    "train": of_seeds(_train),
    "gradients": of_seeds(_gradients),
    "memory": of_seeds(_memory),
    "identities": of_seeds(_identities),
}
