"""Step: train one network for a long time, with one share of wrong labels."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.double_descent.members import train_members


def main(snakemake: Job) -> None:
    """Train the network of each seed."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    training = Training.model_validate(section(cfg, "training"))
    members = [Member({"seed": seed, "noise": float(wildcards.noise)}) for seed in seeds]
    initial = [stream_seed(seed, "initialisation") for seed in seeds]
    train_members(
        subject,
        subject.network.initialise(initial),
        None,
        members,
        training,
        section(cfg, "measurements"),
        snakemake.output,
        ResumeState.of(snakemake),
    )


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
