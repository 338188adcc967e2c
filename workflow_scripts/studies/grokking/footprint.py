"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    DOUBLE,
    FLOAT,
    Memory,
    built,
    drawn,
    seeds_in,
    trained,
)
from workflow_scripts.learning.networks.pair_settings import pair_network
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.grokking.settings import Table

MEASURED = 8
"""Arrays in float64 of the size of the logits of a whole table, while it is measured."""


def _train(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Full-batch training; the whole table is measured for one network after the other."""
    from workflow_scripts.learning import alive

    table, training = Table(**section(cfg, "table")), section(cfg, "training")
    network = pair_network(section(cfg, "network"), table.symbols)
    pairs, seeds = table.symbols**2, seeds_in(wildcards)
    learned = trained(
        network,
        training,
        seeds,
        copies=4,
        measured=False,
        examples=round(table.fraction * pairs),
        tokens=True,
    )
    logits = alive.logits(network, 1, pairs, tokens=True)
    progress = logits + pairs * table.symbols * (FLOAT + MEASURED * DOUBLE / 4)
    return Memory(learned.working + progress, saved=learned.saved)


def _images(cfg: Cfg, wildcards: Wildcards) -> Memory:
    network, seeds = section(cfg, "network"), seeds_in(wildcards)
    sample = section(cfg, "sample")
    training = trained(built(network), section(cfg, "training"), seeds, examples=sample["train"])
    return training + drawn(sample, seeds, network)


FOOTPRINT = {"train": _train, "images": _images}
