"""Step: pictures of the loss around minima, on a line and on a plane through each."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.slices import landscape, random_direction
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Slices
from workflow_scripts.studies.sharpness.tasks import arm_of, chosen, subject_of

SHOWN = 1000
"""Number of training examples from which a picture is computed."""
LINE = ["arm", "seed", "alpha", "loss"]
PLANE = ["arm", "seed", "a", "b", "loss"]


def pictures(subject: Subject, parameters: Parameters, seeds: list[int], slices: Slices) -> Found:
    """Loss (nats) on a line through each minimum, and on a plane through the first.

    Directions are filter-normalised and depend on the seed; arms differ only in their lengths.
    """
    streams = [stream_seed(seed, "slices") for seed in seeds]
    axes = [random_direction(subject.network, parameters, streams, n) for n in (0, 1)]
    at = torch.linspace(-slices.extent, slices.extent, slices.points)
    losses, _ = landscape(
        subject.network, parameters, axes[:1], at.unsqueeze(1), *_shown(subject, seeds)
    )
    line = pd.DataFrame(losses.numpy(), index=at.tolist(), columns=seeds).rename_axis("alpha")
    side = torch.linspace(-slices.extent, slices.extent, slices.plane_points)
    places = torch.cartesian_prod(side, side)
    first = [{name: tensor[:1] for name, tensor in each.items()} for each in (parameters, *axes)]
    height, _ = landscape(subject.network, first[0], first[1:], places, *_shown(subject, seeds[:1]))
    plane = pd.DataFrame(places.numpy(), columns=["a", "b"]).assign(loss=height[:, 0].numpy())
    long = line.reset_index().melt("alpha", var_name="seed", value_name="loss")
    return Found({"line": long, "plane": plane.assign(seed=seeds[0])})


def _shown(subject: Subject, seeds: list[int]) -> tuple[Split, torch.Tensor]:
    """The training examples of these seeds, and those for normalisation statistics."""
    data = subject.examples.of(seeds)
    return data.train.first(SHOWN), data.calibration.to(subject.device)


def main(snakemake: Job) -> None:
    """Write the lines and planes of a batch of seeds."""
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    slices = Slices.model_validate(section(cfg, "slices"))
    done = PartialResults.of(snakemake)
    lines, planes = [pd.DataFrame(columns=LINE)], [pd.DataFrame(columns=PLANE)]
    for name, path in zip(slices.arms, snakemake.input.networks, strict=True):
        arm = arm_of(cfg, name)
        subject = subject_of(cfg, arm, snakemake.params.data, seeds)
        found, there = chosen(
            arm, section(cfg, "compared"), seeds, Stored.load(path), subject.device
        )
        if there:
            drawn = done.part(name, pictures, subject, found, there, slices).tables
            lines.append(drawn["line"].assign(arm=name))
            planes.append(drawn["plane"].assign(arm=name))
    for parts, columns, path in (
        (lines, LINE, snakemake.output.line),
        (planes, PLANE, snakemake.output.plane),
    ):
        table = pd.concat(parts[1:] or parts, ignore_index=True)
        write_table(table[columns], path)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
