"""Step: train the two independent networks of each pair of a batch.

Both have the training examples of their pair; initial weights and orders of examples differ.
"""

import torch

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import FIRST, SECOND, initial, orders, stored


def main(snakemake: Job) -> None:
    """Write the trained networks `[pairs, …]` of both sides."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds).members([*seeds, *seeds])
    training = Training.model_validate(section(cfg, "training"))
    sides = [initial(subject.network, seeds, side) for side in (FIRST, SECOND)]
    ensemble = Ensemble(
        subject.network,
        {name: torch.cat([side[name] for side in sides]) for name in sides[0]},
        subject.examples.train,
        [order for side in (FIRST, SECOND) for order in orders(seeds, side)],
    )
    resume = ResumeState.of(snakemake)
    trained = train(ensemble, training, [Progress(training.steps)], resume, subject.device)
    pairs = len(seeds)
    first, second = (member_slice(trained, at, at + pairs) for at in (0, pairs))
    stored(first, second).save(snakemake.output.ends)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
