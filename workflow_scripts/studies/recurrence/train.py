"""Step: train and measure the networks of one condition and batch of seeds."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.evaluate import Measure, evaluate
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.kept import Kept
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.studies.recurrence.settings import Condition, Criterion
from workflow_scripts.studies.recurrence.solved import first_kept, passing

SPLIT = "held out"


def initial(network: Network, seeds: list[int]) -> Parameters:
    """The networks `[M, …]` of `seeds` before training."""
    return network.initialise([stream_seed(seed, "initialisation") for seed in seeds])


def train_condition(
    condition: Condition,
    criterion: Criterion,
    held_out: int,
    seeds: list[int],
    folder: Path,
    where: torch.device | str = "cpu",
    resume: ResumeState | None = None,
) -> tuple[Parameters, Measurements]:
    """Train one network per seed; return them `[M, …]` at their own ends, and their curve."""
    task = condition.task
    network = sequence_network(condition.network.model_dump(), task.shape)
    shown, asked = task.drawn(seeds, condition.sequences, held_out, folder)
    curve = Measurements(
        SPLIT, _named(network, asked.to(where), task.measured), condition.measurement_steps()
    )
    level = getattr(criterion, task.measured)

    def solved(_: np.ndarray, values: np.ndarray) -> bool:
        return first_kept(passing(values, task.measured, level)) is not None

    kept = Kept(curve, task.measured, solved)
    ensemble = Ensemble(
        network,
        initial(network, seeds),
        shown,
        [stream_seed(seed, "examples") for seed in seeds],
        loss=task.loss(),
    )
    callbacks = [curve, kept, Progress(condition.training.steps)]
    last = train(ensemble, condition.training, callbacks, resume, where)
    return kept.ends(last), curve


def _named(network: Network, asked: Split, measured: str) -> Measure:
    """The measures of `asked`; the loss of real answers under its own name."""

    def measure(parameters: Parameters) -> dict[str, Tensor]:
        found = evaluate(network, parameters, asked)
        return {measured: found["loss"]} if measured == "squared_error" else found

    return measure


def main(snakemake: Job) -> None:
    """Write the trained networks and their measurements."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    parts = ("task", "network", "training", "sequences", "every")
    condition = Condition.model_validate(
        {name: section(cfg, f"{wildcards.condition}.{name}") for name in parts}
    )
    criterion = Criterion.model_validate(section(cfg, "solved"))
    seeds, resume = seeds_of(wildcards.seeds), ResumeState.of(snakemake)
    trained, curve = train_condition(
        condition,
        criterion,
        section(cfg, "held_out"),
        seeds,
        Path(snakemake.params.data),
        device(section(cfg, "device")),
        resume,
    )
    task = condition.task
    facts = {
        "condition": wildcards.condition,
        "task": task.kind,
        "cell": condition.network.kind,
        "lag": task.asked_lag,
        "window": getattr(condition.network, "window", None),
        "chance": None if task.chance is None else 100 * task.chance,
        "budget": condition.training.steps,
        "parameters": sum(array[0].numel() for array in trained.values()),
    }
    save_history(snakemake.output.history, [curve], [{**facts, "seed": seed} for seed in seeds])
    Stored.of(trained).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
