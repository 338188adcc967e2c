"""Step: train the supernets of one space and read their cells as they learn."""

from collections.abc import Sequence

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.nas.cell import SKIP, free_edges
from workflow_scripts.studies.nas.cells import counted
from workflow_scripts.studies.nas.settings import Body, SignalSample, Space, SupernetTraining
from workflow_scripts.studies.nas.signals import Source
from workflow_scripts.studies.nas.supernet import ARCHITECTURE, Bilevel, Supernet

PASSES = {1: 2, 2: 4}
"""Passes through the network, there and back, in a step of each order."""


def supernet(
    arm: SupernetTraining, space: Space, body: Body, length: int, members: int
) -> Supernet:
    """The supernets of an arm; ξ of the second order is the rate of the weights."""
    bilevel = Bilevel(arm.order, arm.training.learning_rate, arm.factor, arm.dropout)
    edges = free_edges(space.operations, space.free)
    return Supernet(length, body.channels, body.classes, edges, members, bilevel)


def trained(
    network: Supernet,
    arm: SupernetTraining,
    source: Source,
    sample: SignalSample,
    seeds: Sequence[int],
    where: torch.device | str = "cpu",
    resume: ResumeState | None = None,
) -> tuple[Parameters, Measurements]:
    """The trained supernets, and their architecture weights at every reading."""
    steps = {*range(0, arm.training.steps, arm.every), arm.training.steps}
    read = Measurements(
        ARCHITECTURE, lambda parameters: {ARCHITECTURE: parameters[ARCHITECTURE].clone()}, steps
    )
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(seed, "supernet") for seed in seeds]),
        source.pairs(sample, seeds),
        [stream_seed(seed, "examples") for seed in seeds],
    )
    callbacks = [read, Progress(arm.training.steps)]
    return train(ensemble, arm.training, callbacks, resume, where), read


def readings(network: Supernet, read: Measurements, seeds: Sequence[int]) -> pd.DataFrame:
    """One row per seed and reading: the cell, and the sum of the shares of skip connections."""
    operations = network.edges[network.free[0]]
    rows = []
    for step, weights in zip(read.steps, read.measured[ARCHITECTURE], strict=True):
        parameters = {ARCHITECTURE: weights}
        cells, shares = network.found(parameters), network.shares(parameters)
        for member, seed in enumerate(seeds):
            skip = operations.index(SKIP) if SKIP in operations else None
            chosen = [cells[member][edge] for edge in network.free]
            rows.append(
                {
                    "seed": seed,
                    "step": step,
                    "cell": cells[member],
                    "skips": chosen.count(SKIP),
                    "share": 0.0 if skip is None else float(shares[member, :, skip].sum()),
                }
            )
    return pd.DataFrame(rows)


def untrained(network: Supernet, seeds: Sequence[int], number: int) -> pd.DataFrame:
    """The cells of `number` supernets of each seed before training, one row each."""
    rows = []
    for seed in seeds:
        starts = [stream_seed(seed, "untrained supernet", start) for start in range(number)]
        cells = network.found(network.initialise(starts)) if starts else []
        rows += [{"seed": seed, "start": start, "cell": cell} for start, cell in enumerate(cells)]
    return pd.DataFrame(rows, columns=["seed", "start", "cell"])


def main(snakemake: Job) -> None:
    """Write the readings of a batch of seeds, the trained supernets and untrained cells."""
    cfg, name = snakemake.params.cfg, snakemake.wildcards.supernet
    arm = SupernetTraining.model_validate(section(cfg, f"supernets.{name}"))
    space = Space.model_validate(section(cfg, "spaces")[arm.space])
    body, seeds = Body.model_validate(section(cfg, "body")), seeds_of(snakemake.wildcards.seeds)
    source = Source.of(Mnist1d.model_validate(section(cfg, "signals")))
    network = supernet(arm, space, body, source.inputs.shape[1], len(seeds))
    resume = ResumeState.of(snakemake)
    parameters, read = trained(
        network,
        arm,
        source,
        SignalSample.model_validate(section(cfg, "sample")),
        seeds,
        device(section(cfg, "device")),
        resume,
    )
    Stored.of(parameters).save(snakemake.output.trained)
    alone = supernet(arm, space, body, source.inputs.shape[1], 1)
    frame = readings(network, read, seeds)
    frame.insert(0, "supernet", name)
    frame["space"], frame["edges"] = arm.space, len(space.free)
    batch = arm.training.batch_size or len(source.inputs)
    each = PASSES[arm.order] * batch * counted(alone)
    frame["multiply_adds"] = frame.step * each
    write_table(frame, snakemake.output.readings)
    starts = untrained(alone, seeds, arm.untrained).assign(supernet=name, space=arm.space)
    write_table(starts.assign(multiply_adds=0), snakemake.output.untrained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
