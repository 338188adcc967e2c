"""Step: bytes held for the backward pass, and needed by inference, against the length."""

from functools import partial

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.alive import most_alive
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.recurrence.bytes_held import saved_bytes
from workflow_scripts.studies.recurrence.gradients import CLASSES, SYMBOLS
from workflow_scripts.studies.recurrence.settings import Memory
from workflow_scripts.studies.recurrence.train import initial


def counted(settings: Memory, name: str, seed: int) -> pd.DataFrame:
    """One row per arm and length: bytes saved for the backward pass, and of inference."""
    rows = []
    for arm, window in (("window", settings.window), ("whole", None)):
        for length in settings.lengths:
            cfg = settings.networks[name].model_dump() | {"window": window}
            network = sequence_network(cfg, SequenceShape(length, SYMBOLS, CLASSES))
            weights = {n: t.requires_grad_() for n, t in initial(network, [seed]).items()}
            shape = (1, settings.batch, length)
            random = generator(seed, "memory", length)
            inputs = torch.randint(SYMBOLS, shape, generator=random).to(torch.uint8)
            compute = partial(network.logits, weights, inputs)
            with torch.no_grad():
                inference = most_alive(compute)
            rows.append(
                {
                    "network": name,
                    "arm": arm,
                    "seed": seed,
                    "length": length,
                    "saved": saved_bytes(compute, [*weights.values(), inputs]),
                    "inference": inference,
                }
            )
    return pd.DataFrame(rows)


def main(snakemake: Job) -> None:
    """Write the bytes of a batch of seeds."""
    settings = Memory.model_validate(section(snakemake.params.cfg, "memory"))
    done = PartialResults.of(snakemake)
    parts = [
        done.table(f"{name}, seed {seed}", counted, settings, name, seed)
        for seed in seeds_of(snakemake.wildcards.seeds)
        for name in settings.networks
    ]
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.memory)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
