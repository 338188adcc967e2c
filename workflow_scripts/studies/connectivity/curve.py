"""Step: train curves between the pairs of a batch of seeds (Garipov et al. 2018)."""

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.paths.curve import CURVES, straight
from workflow_scripts.learning.paths.curve_network import CurveNetwork, Positions
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load


def main(snakemake: Job) -> None:
    """Write the bends `[pairs, bends, …]`, trained from points on the straight line."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    seeds = seeds_of(wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    training = Training.model_validate(section(cfg, "training"))
    first, second = load(snakemake.input.ends, subject.device)
    curve = CURVES[wildcards.kind](section(cfg, "bends"))
    network = CurveNetwork(subject.network, curve, first, second)
    ensemble = Ensemble(
        network,
        straight(first, second, curve.bends),
        subject.examples.train,
        [stream_seed(seed, "path examples") for seed in seeds],
    )
    places = Positions(network, [stream_seed(seed, "path positions") for seed in seeds])
    resume = ResumeState.of(snakemake)
    callbacks = [places, Progress(training.steps)]
    bends = train(ensemble, training, callbacks, resume, subject.device)
    Stored.of(bends).save(snakemake.output.bends)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
