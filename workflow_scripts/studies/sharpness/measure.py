"""Step: curvature, sharpness and test error of all networks of a batch of seeds."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.sharpness import (
    adaptive_sharpness,
    box_sharpness,
    noise_increase,
    sam_sharpness,
)
from workflow_scripts.learning.curvature.trace import trace
from workflow_scripts.learning.curvature.vectors import flat
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters, member_slice
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm, Measures
from workflow_scripts.studies.sharpness.tasks import PARAMETERS, members, subject_of, training_loss

CURVATURE = ["top", "trace", "box", "sam", "adaptive", "noise"]
COLUMNS = [
    *("arm", "batch_size", "rate", "radius", "seed", "place", "step", "reached"),
    *("train_loss", "train_error", "test_loss", "test_error"),
    *CURVATURE,
]
GROUP = 5
"""Number of networks whose curvature is measured at once: more would not fit into the cache."""


def layer_sizes(objective: Objective, parameters: Parameters) -> torch.Tensor:
    """The root mean square of the tensor of each weight, as rows `[M, P]`."""
    sizes = {}
    for name in objective.network.shapes():
        axes = tuple(range(1, parameters[name].dim()))
        square = parameters[name].square().mean(axes, keepdim=True)
        sizes[name] = square.sqrt().expand_as(parameters[name])
    return flat(sizes)


def curvature(
    objective: Objective, parameters: Parameters, seeds: list[int], measures: Measures
) -> pd.DataFrame:
    """One row per member, with the columns `CURVATURE`.

    `top` and `trace` of the Hessian, `box` in percent, `sam`, `adaptive` and `noise` in nats.
    """
    hessian = objective.hessian(parameters)
    streams = [stream_seed(seed, "curvature") for seed in seeds]
    steps = measures.ascent_steps
    scale = layer_sizes(objective, parameters)
    found = {
        "top": top_eigenvalues(hessian, streams, measures.tolerance).values,
        "trace": trace(hessian, streams, measures.trace_vectors).values,
        "box": box_sharpness(objective, parameters, measures.epsilon, steps),
        "sam": sam_sharpness(objective, parameters, measures.radius, steps),
        "adaptive": adaptive_sharpness(objective, parameters, measures.adaptive_radius, steps),
        "noise": noise_increase(
            objective, parameters, measures.noise, streams, measures.draws, scale
        ),
    }
    return pd.DataFrame({name: found[name].double().numpy() for name in CURVATURE})


def measured(
    subject: Subject,
    parameters: Parameters,
    table: pd.DataFrame,
    measures: Measures | None,
) -> pd.DataFrame:
    """`table`, one row per member, with losses (nats), test error (%) and any curvature."""
    subject = subject.members(table.seed.tolist())
    calibrated = subject.calibrated(parameters)
    train = evaluate(subject.network, calibrated, subject.examples.train)
    test = evaluate(subject.network, calibrated, subject.examples.test)
    table = table.assign(
        train_loss=train["loss"].numpy(),
        train_error=100 * (1 - train["accuracy"].numpy()),
        test_loss=test["loss"].numpy(),
        test_error=100 * (1 - test["accuracy"].numpy()),
    )
    if measures is None:
        return table
    groups = [
        curvature(
            training_loss(
                subject.members(table.seed.tolist()[start : start + GROUP]), measures.examples
            ),
            member_slice(calibrated, start, min(start + GROUP, len(table))),
            table.seed.tolist()[start : start + GROUP],
            measures,
        )
        for start in range(0, len(table), GROUP)
    ]
    return table.assign(**pd.concat(groups, ignore_index=True))


def minima(
    subject: Subject,
    arm: Arm,
    described: pd.DataFrame,
    target: tuple[Parameters, torch.Tensor],
    end: Parameters,
    measures: Measures,
) -> pd.DataFrame:
    """A row for each network at the common loss and one at its end.

    Curvature is measured at the common loss, or at the end if the arm has no such loss. A network
    that never reached the common loss has a row that says so, without measurements.
    """
    steps = described.assign(place="end", step=arm.training.steps, reached=True)
    tables = [measured(subject, end, steps, measures if arm.target is None else None)]
    if arm.target is not None:
        kept, when = target
        table = described.assign(place="target", step=when.numpy(), reached=(when >= 0).numpy())
        there = (when >= 0).nonzero().flatten()
        tables.append(table[~table.reached])
        if len(there):
            parameters = {name: tensor[there] for name, tensor in kept.items()}
            rows = table[table.reached].reset_index(drop=True)
            tables.append(measured(subject, parameters, rows, measures))
    return pd.concat(tables, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the measurements of all arms of one batch of seeds."""
    cfg, given = snakemake.params.cfg, snakemake.input
    arms = {name: Arm.model_validate(arm) for name, arm in section(cfg, "arms").items()}
    measures = Measures.model_validate(section(cfg, "measures"))
    seeds, tables = seeds_of(snakemake.wildcards.seeds), []
    subjects = {
        name: subject_of(task, snakemake.params.data, seeds)
        for name, task in section(cfg, "tasks").items()
    }
    for (name, arm), target, end in zip(arms.items(), given.target, given.end, strict=True):
        described = pd.DataFrame([dict(member.facts) for member in members(arm, seeds)])
        described.insert(0, "arm", name)
        described.insert(1, "batch_size", arm.training.batch_size)
        at_target, last = Stored.load(target), Stored.load(end).group(PARAMETERS).parameters()
        there = at_target.group(PARAMETERS).parameters(), at_target.tensor("steps")
        tables.append(minima(subjects[arm.task], arm, described, there, last, measures))
        print(f"{name}: measured", flush=True)
    table = pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS)
    write_table(table, snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
