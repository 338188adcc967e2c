"""Step: train networks of several widths as the masked members of one ensemble."""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import examples
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.widths import embedded
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.subject import Subject
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.studies.double_descent.members import train_members


def main(snakemake: Job) -> None:
    """Train each width of the group with each label noise and seed."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    sample = Sample.model_validate(section(cfg, "sample"))
    data = examples(sample, Path(snakemake.params.data), (-1,), seeds)
    inputs, widths = data.train.inputs.shape[1], widths_of(wildcards.group)

    def network(width: int) -> Mlp:
        return Mlp([inputs, *[width] * section(cfg, "layers"), data.classes])

    members = [
        Member({"seed": seed, "noise": noise, "width": width})
        for width in widths
        for noise in section(cfg, "noise")
        for seed in seeds
    ]
    wide = network(max(widths))
    parameters, masks = embedded(
        [network(member.facts["width"]) for member in members],
        [stream_seed(member.seed, "initialisation") for member in members],
        wide,
    )
    train_members(
        Subject(wide, data, device(section(cfg, "device"))),
        parameters,
        masks if len(widths) > 1 else None,  # all ones
        members,
        Training.model_validate(section(cfg, "training")),
        section(cfg, "measurements"),
        snakemake.output,
        ResumeState.of(snakemake),
        section(cfg, "averaging"),
    )


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
