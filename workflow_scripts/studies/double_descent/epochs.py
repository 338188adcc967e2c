"""Step: train one network for long, with one share of wrong labels."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.studies.double_descent.members import Member, Task, train_members


def main(snakemake: Job) -> None:
    """Train the network of each seed."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    built = network(section(cfg, "network"))
    task = Task.of(
        Sample.model_validate(section(cfg, "sample")),
        snakemake.params.data,
        built.input_shape,
        Training.model_validate(section(cfg, "training")),
        measurements=section(cfg, "measurements"),
        device=device(section(cfg, "device")),
    )
    seeds = seeds_of(wildcards.seeds)
    members = [Member(seed, float(wildcards.noise), {}) for seed in seeds]
    parameters = built.initialise([stream_seed(seed, "initialisation") for seed in seeds])
    resume = ResumeState.of(snakemake)
    train_members(built, parameters, None, members, task, snakemake.output, resume)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
