"""Step: train two copies of each network that share the first steps, then differ in data order."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored, stacked
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.subject import Subject

COPIES = 2


def main(snakemake: Job) -> None:
    """Train the copies that diverge at one step; write the two copies of each seed in turn."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    training = Training.model_validate(section(cfg, "training"))
    point = int(wildcards.point)
    start = Stored.load(snakemake.input.start).group(point)
    copies = range(COPIES)
    ensemble = Ensemble(
        subject.network,
        stacked(arrays for arrays in start.members() for _ in copies),
        subject.examples.of([seed for seed in seeds for _ in copies]).train,
        [stream_seed(seed, "copy", copy) for seed in seeds for copy in copies],
        first_step=point,
    )
    resume = ResumeState.of(snakemake)
    trained = train(ensemble, training, [Progress(training.steps)], resume, subject.device)
    Stored.of(trained, start.facts).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
