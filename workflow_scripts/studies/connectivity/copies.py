"""Step: fine-tune copies of each network of a batch with several rates and weight decays."""

import itertools

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.settings import Soups


def main(snakemake: Job) -> None:
    """Write the copies `[ancestors · copies, …]`; those of one ancestor are adjacent."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    soups = Soups.model_validate(section(cfg, "soups"))
    ancestors = subject.load(snakemake.input.start)
    recipes = list(itertools.product(soups.learning_rates, soups.weight_decays))
    ensemble = Ensemble(
        subject.network,
        {name: t.repeat_interleave(len(recipes), 0) for name, t in ancestors.items()},
        subject.examples.of([seed for seed in seeds for _ in recipes]).train,
        [
            stream_seed(seed, "fine-tuning examples", copy)
            for seed in seeds
            for copy in range(len(recipes))
        ],
        learning_rates=[rate for _ in seeds for rate, _ in recipes],
        weight_decays=[decay for _ in seeds for _, decay in recipes],
    )
    resume = ResumeState.of(snakemake)
    callbacks = [Progress(soups.training.steps)]
    trained = train(ensemble, soups.training, callbacks, resume, subject.device)
    Stored.of(trained).save(snakemake.output.copies)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
