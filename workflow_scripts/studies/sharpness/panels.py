"""Step: pictures of the loss around minima, and the same functions with rescaled layers."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.rescaling import rescaled
from workflow_scripts.learning.curvature.sharpness import adaptive_sharpness
from workflow_scripts.learning.curvature.slices import landscape, random_direction
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm, Measures, Rescaling, Slices
from workflow_scripts.studies.sharpness.tasks import PARAMETERS, members, subject_of, training_loss

SHOWN = 1000
"""Number of training examples from which a picture is computed."""


def chosen(
    arm: Arm, compared: float, seeds: list[int], parameters: Parameters, steps: torch.Tensor
) -> tuple[Parameters, list[int]]:
    """The minima at the first rate of an arm that reached the common loss, and their seeds.

    At the radius `compared` if the arm has several.
    """
    rate, radius = arm.rates[0], compared if compared in arm.radii else arm.radii[0]
    rows = [
        (row, member.seed)
        for row, member in enumerate(members(arm, seeds))
        if member.facts["rate"] == rate and member.facts["radius"] == radius and steps[row] >= 0
    ]
    picked = [row for row, _ in rows]
    return {name: tensor[picked] for name, tensor in parameters.items()}, [s for _, s in rows]


def pictures(
    subject: Subject, parameters: Parameters, seeds: list[int], slices: Slices
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Loss (nats) on a line through each minimum, and on a plane through the first.

    Directions are filter-normalised and depend on the seed; arms differ only in their lengths.
    """
    streams = [stream_seed(seed, "slices") for seed in seeds]
    network, data = subject.network, subject.examples.of(seeds)
    axes = [random_direction(network, parameters, streams, number) for number in (0, 1)]
    shown = data.train.first(SHOWN), data.calibration
    at = torch.linspace(-slices.extent, slices.extent, slices.points)
    losses, _ = landscape(network, parameters, axes[:1], at.unsqueeze(1), *shown)
    line = pd.DataFrame(losses.numpy(), index=at.tolist(), columns=seeds).rename_axis("alpha")
    side = torch.linspace(-slices.extent, slices.extent, slices.plane_points)
    places = torch.cartesian_prod(side, side)
    first = [{name: tensor[:1] for name, tensor in each.items()} for each in (parameters, *axes)]
    data = subject.examples.of(seeds[:1])
    shown = data.train.first(SHOWN), data.calibration
    height, _ = landscape(network, first[0], first[1:], places, *shown)
    plane = pd.DataFrame(places.numpy(), columns=["a", "b"]).assign(loss=height[:, 0].numpy())
    long = line.reset_index().melt("alpha", var_name="seed", value_name="loss")
    return long, plane.assign(seed=seeds[0])


def rescalings(
    subject: Subject,
    parameters: Parameters,
    seeds: list[int],
    factors: tuple[float, ...],
    measures: Measures,
) -> pd.DataFrame:
    """Sharpness of each minimum with its first layer times each factor, in float64.

    `difference` is the largest change of a logit on the test examples.
    """
    objective = training_loss(subject.members(seeds), measures.examples, torch.float64)
    assert isinstance(subject.network, Mlp)
    start = {name: tensor.double() for name, tensor in parameters.items()}
    inputs = subject.examples.test.inputs[:SHOWN].double()
    outputs = subject.network.logits(start, inputs)
    streams = [stream_seed(seed, "curvature") for seed in seeds]
    tables = []
    for factor in factors:
        other = rescaled(subject.network, start, factor)
        change = (subject.network.logits(other, inputs) - outputs).abs().amax((1, 2))
        adaptive = adaptive_sharpness(
            objective, other, measures.adaptive_radius, measures.ascent_steps
        )
        top = top_eigenvalues(objective.hessian(other), streams, measures.tolerance)
        columns = {"top": top.values, "adaptive": adaptive, "difference": change}
        numbers = {name: tensor.numpy() for name, tensor in columns.items()}
        tables.append(pd.DataFrame({"factor": factor, "seed": seeds, **numbers}))
    return pd.concat(tables, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write lines, planes and rescalings of a batch of seeds."""
    cfg = snakemake.params.cfg
    slices = Slices.model_validate(section(cfg, "slices"))
    rescaling = Rescaling.model_validate(section(cfg, "rescaling"))
    measures = Measures.model_validate(section(cfg, "measures"))
    seeds = seeds_of(snakemake.wildcards.seeds)
    paths = dict(zip(snakemake.params.arms, snakemake.input.networks, strict=True))
    subjects: dict[str, Subject] = {}

    def minima_of(name: str) -> tuple[Subject, Parameters, list[int]]:
        arm = Arm.model_validate(section(cfg, f"arms.{name}"))
        if arm.task not in subjects:
            subjects[arm.task] = subject_of(
                section(cfg, f"tasks.{arm.task}"), snakemake.params.data, seeds
            )
        stored = Stored.load(paths[name])
        parameters, steps = stored.group(PARAMETERS).parameters(), stored.tensor("steps")
        return subjects[arm.task], *chosen(arm, section(cfg, "compared"), seeds, parameters, steps)

    lines, planes = [], []
    for name in slices.arms:
        subject, parameters, found = minima_of(name)
        if found:
            line, plane = pictures(subject, parameters, found, slices)
            lines.append(line.assign(arm=name))
            planes.append(plane.assign(arm=name))
    columns = ["arm", "seed", "alpha", "loss"], ["arm", "seed", "a", "b", "loss"]
    for parts, names, path in (
        (lines, columns[0], snakemake.output.line),
        (planes, columns[1], snakemake.output.plane),
    ):
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
        write_table(table[names], path)
    subject, parameters, found = minima_of(rescaling.arm)
    if found:
        table = rescalings(subject, parameters, found, rescaling.factors, measures)
    else:
        table = pd.DataFrame(columns=["factor", "seed", "top", "adaptive", "difference"])
    write_table(table, snakemake.output.rescaling)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
