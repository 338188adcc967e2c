"""Step: train networks of several widths as the masked members of one ensemble."""

from dataclasses import replace

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.widths import embedded
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.learning.subject import Subject
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.studies.double_descent.members import train_members
from workflow_scripts.studies.double_descent.widened import widened


def main(snakemake: Job) -> None:
    """Train each width of the group with each label noise and seed."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    widths = widths_of(wildcards.group)
    built = {width: network(widened(section(cfg, "network"), width)) for width in widths}
    wide = built[max(widths)]
    members = [
        Member({"seed": seed, "noise": noise, "width": width})
        for width in widths
        for noise in section(cfg, "noise")
        for seed in seeds
    ]
    parameters, masks = embedded(
        [built[member.facts["width"]] for member in members],
        [stream_seed(member.seed, "initialisation") for member in members],
        wide,
    )
    train_members(
        replace(Subject.of(cfg, snakemake.params.data, seeds), network=wide),
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
