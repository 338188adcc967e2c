"""Step: fine-tune copies of the first network of each pair to a new task.

As a control, the second network of the pair is fine-tuned by the recipe of the first copy.
"""

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
from workflow_scripts.studies.connectivity.pairs import load
from workflow_scripts.studies.connectivity.settings import Soups
from workflow_scripts.studies.connectivity.task import noised


def main(snakemake: Job) -> None:
    """Write the copies `[pairs · copies, …]`, those of one network adjacent, and the strangers."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    soups = Soups.model_validate(section(cfg, "soups"))
    task = noised(subject.examples, soups.noise, soups.examples)
    first, second = load(snakemake.input.ends, subject.device)
    recipes = list(itertools.product(soups.learning_rates, soups.weight_decays))
    sides = {
        "copies": ({n: t.repeat_interleave(len(recipes), 0) for n, t in first.items()}, recipes),
        "strangers": (second, recipes[:1]),
    }
    states = {side: ResumeState.of(snakemake, side) for side in sides}
    tuned = {}
    for side, (start, chosen) in sides.items():
        ensemble = Ensemble(
            subject.network,
            start,
            task.of([seed for seed in seeds for _ in chosen]).train,
            [
                stream_seed(seed, f"fine-tuning {side}", copy)
                for seed in seeds
                for copy in range(len(chosen))
            ],
            learning_rates=[rate for _ in seeds for rate, _ in chosen],
            weight_decays=[decay for _ in seeds for _, decay in chosen],
        )
        progress = [Progress(soups.training.steps)]
        tuned[side] = train(ensemble, soups.training, progress, states[side], subject.device)
    Stored.grouped(tuned).save(snakemake.output.copies)
    for state in states.values():
        state.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
