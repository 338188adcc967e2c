"""Step: train and measure the networks of one condition and batch of seeds."""

import numpy as np
import torch

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.kept import Kept
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.side_by_side import side_by_side
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.pair_settings import pair_network
from workflow_scripts.studies.grokking.events import SPLIT, first_kept
from workflow_scripts.studies.grokking.operations import Entries, entries
from workflow_scripts.studies.grokking.progress import TableProgress
from workflow_scripts.studies.grokking.settings import Condition, Generalisation


def table_of(condition: Condition, seeds: list[int]) -> Entries:
    """The table, with the answers and training examples of each seed."""
    streams = [stream_seed(seed, "table") for seed in seeds]
    random = [np.random.Generator(np.random.PCG64(stream)) for stream in streams]
    return entries(condition.table, random)


def train_condition(
    condition: Condition,
    criterion: Generalisation,
    seeds: list[int],
    where: torch.device | str = "cpu",
    resume: ResumeState | None = None,
) -> tuple[Parameters, Measurements]:
    """Train one network per seed; return them `[M, …]` at their own ends, and measurements."""
    network = pair_network(condition.network, condition.table.symbols)
    table = table_of(condition, seeds)
    pairs, answers, chosen = (
        torch.from_numpy(each).to(where) for each in (table.pairs, table.answers, table.train)
    )
    progress = Measurements(
        SPLIT, TableProgress(network, pairs, answers, chosen), set(condition.measurement_steps())
    )

    def generalised(steps: np.ndarray, accuracies: np.ndarray) -> bool:
        return first_kept(steps, accuracies, criterion.level, criterion.hold) is not None

    kept = Kept(progress, "test_accuracy", generalised)
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(seed, "initialisation") for seed in seeds]),
        Split(pairs, ClassNumbers(answers, per_member=True), torch.from_numpy(table.rows)),
        [stream_seed(seed, "examples") for seed in seeds],
        loss=condition.loss.build(),
    )
    callbacks = [progress, kept, Progress(condition.training.steps)]
    last = train(ensemble, condition.training, callbacks, resume, where)
    return kept.ends(last), progress


def main(snakemake: Job) -> None:
    """Write the trained networks and their measurements."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    parts = ("table", "network", "training", "loss", "measured")
    settings = {name: section(cfg, f"{wildcards.condition}.{name}") for name in parts}
    condition = Condition.model_validate(settings)
    criterion = Generalisation.model_validate(section(cfg, "generalisation"))
    seeds = seeds_of(wildcards.seeds)
    where = device(section(cfg, "device"))
    # A processor takes networks one by one in any case: so none goes on until the slowest has
    # generalised. Their bits are the same.
    groups = [[seed] for seed in seeds] if where.type == "cpu" else [seeds]
    states = [ResumeState.of(snakemake, f"from-{group[0]}") for group in groups]
    trained, progress = side_by_side(
        [
            train_condition(condition, criterion, group, where, state)
            for group, state in zip(groups, states, strict=True)
        ]
    )
    held_out = int((~table_of(condition, seeds[:1]).train).sum())
    described = [
        {
            "condition": wildcards.condition,
            "seed": seed,
            "operation": condition.table.operation,
            "symbols": condition.table.symbols,
            "fraction": condition.table.fraction,
            "held_out": held_out,
            "weight_decay": condition.training.weight_decay,
            "budget": condition.training.steps,
        }
        for seed in seeds
    ]
    save_history(snakemake.output.history, [progress], described)
    Stored.of(trained).save(snakemake.output.trained)
    for state in states:
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
