"""Step: curvature, sharpness and test error of the networks of an arm and a batch of seeds."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.products import Hessian
from workflow_scripts.learning.curvature.sharpness import (
    adaptive_sharpness,
    box_sharpness,
    noise_increase,
    sam_sharpness,
)
from workflow_scripts.learning.curvature.trace import trace
from workflow_scripts.learning.curvature.vectors import dots, flat, normal_rows
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters, member_slice
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm, Measures
from workflow_scripts.studies.sharpness.tasks import (
    PARAMETERS,
    arm_of,
    members,
    subject_of,
    training_loss,
)

CURVATURE = ["top", "trace", "box", "sam", "adaptive", "noise", "predicted"]
COLUMNS = [
    *("arm", "batch_size", "rate", "radius", "copy", "seed", "place", "step", "reached"),
    *("train_loss", "train_error", "test_loss", "test_error"),
    *CURVATURE,
]


def layer_sizes(objective: Objective, parameters: Parameters) -> torch.Tensor:
    """The root mean square of the tensor of each weight, as rows `[M, P]`."""
    sizes = {}
    for name in objective.network.shapes():
        axes = tuple(range(1, parameters[name].dim()))
        square = parameters[name].square().mean(axes, keepdim=True)
        sizes[name] = square.sqrt().expand_as(parameters[name])
    return flat(sizes)


def predicted_increase(
    hessian: Hessian, deviation: float, streams: list[int], draws: int, scale: torch.Tensor
) -> torch.Tensor:
    """Mean of ½ zᵀHz over the draws z of `noise_increase` `[M]`: what curvature alone predicts.

    Its expectation is the trace of the Hessian, weighted by the square of `scale`.
    """
    total = torch.zeros(len(scale), dtype=torch.float64, device=scale.device)
    for draw in range(draws):
        noise = deviation * scale * normal_rows(streams, scale, "weight noise", draw)
        total += dots(noise, hessian @ noise) / 2
    return total / draws


def curvature(
    objective: Objective, parameters: Parameters, seeds: list[int], measures: Measures
) -> pd.DataFrame:
    """One row per member, with the columns `CURVATURE`.

    `top` and `trace` of the Hessian, `box` in percent, all others in nats.
    """
    hessian = objective.hessian(parameters)
    streams = [stream_seed(seed, "curvature") for seed in seeds]
    steps, noise = measures.ascent_steps, (measures.noise, streams, measures.draws)
    scale = layer_sizes(objective, parameters)
    found = {
        "top": top_eigenvalues(hessian, streams, measures.tolerance).values,
        "trace": trace(hessian, streams, measures.trace_vectors).values,
        "box": box_sharpness(objective, parameters, measures.epsilon, steps),
        "sam": sam_sharpness(objective, parameters, measures.radius, steps),
        "adaptive": adaptive_sharpness(objective, parameters, measures.adaptive_radius, steps),
        "noise": noise_increase(objective, parameters, *noise, scale),
        "predicted": predicted_increase(hessian, *noise, scale),
    }
    return pd.DataFrame({name: found[name].double().cpu().numpy() for name in CURVATURE})


def evaluated(subject: Subject, parameters: Parameters, table: pd.DataFrame) -> pd.DataFrame:
    """`table`, one row per member of the subject, with losses (nats) and errors (%)."""
    train, test = (
        evaluate(subject.network, parameters, examples)
        for examples in (subject.examples.train, subject.examples.test)
    )
    return table.assign(
        train_loss=train["loss"].numpy(),
        train_error=100 * (1 - train["accuracy"].numpy()),
        test_loss=test["loss"].numpy(),
        test_error=100 * (1 - test["accuracy"].numpy()),
    )


def measured(
    subject: Subject,
    parameters: Parameters,
    seeds: list[int],
    measures: Measures,
    done: PartialResults,
) -> pd.DataFrame:
    """The curvature of the members, whose seeds these are."""
    groups = []
    for start in range(0, len(seeds), measures.group):
        some = seeds[start : start + measures.group]
        objective = training_loss(subject.members(some), measures.examples)
        networks = member_slice(parameters, start, start + len(some))
        part = f"curvature from member {start}"
        groups.append(done.table(part, curvature, objective, networks, some, measures))
    return pd.concat(groups, ignore_index=True)


def minima(
    subject: Subject,
    arm: Arm,
    described: pd.DataFrame,
    stored: tuple[Stored, Stored],
    measures: Measures,
    done: PartialResults,
) -> pd.DataFrame:
    """A row for each network at its end, and one at the common loss if the arm has one.

    `stored` are the networks at the common loss and at the end. Curvature is measured at the common
    loss. A network that never reached it has a row that says so, without measurements.
    """
    at_target, at_end = stored
    ends = described.assign(place="end", step=arm.training.steps, reached=True)
    everyone = subject.members(ends.seed.tolist())
    last = everyone.calibrated(at_end.group(PARAMETERS).parameters(subject.device))
    tables = [done.table("end", evaluated, everyone, last, ends)]
    if arm.target is not None:
        when = at_target.tensor("steps")
        table = described.assign(place="target", step=when.numpy(), reached=(when >= 0).numpy())
        tables.append(table[~table.reached])
        reached = (when >= 0).nonzero().flatten().to(subject.device)
        if len(reached):
            rows = table[table.reached].reset_index(drop=True)
            seeds = rows.seed.tolist()
            arrived = subject.members(seeds)
            kept = at_target.group(PARAMETERS).parameters(subject.device)
            networks = arrived.calibrated({name: tensor[reached] for name, tensor in kept.items()})
            there = done.table("target", evaluated, arrived, networks, rows)
            found = measured(subject, networks, seeds, measures, done)
            tables.append(pd.concat([there, found], axis=1))
    return pd.concat(tables, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the measurements of one arm and one batch of seeds."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    arm, seeds = arm_of(cfg, wildcards.arm), seeds_of(wildcards.seeds)
    measures = Measures.model_validate(section(cfg, "measures"))
    subject = subject_of(cfg, arm, snakemake.params.data, seeds)
    described = pd.DataFrame([dict(member.facts) for member in members(arm, seeds)])
    described.insert(0, "arm", wildcards.arm)
    described.insert(1, "batch_size", arm.training.batch_size)
    stored = Stored.load(snakemake.input.target), Stored.load(snakemake.input.end)
    done = PartialResults.of(snakemake)
    table = minima(subject, arm, described, stored, measures, done).reindex(columns=COLUMNS)
    write_table(table, snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
