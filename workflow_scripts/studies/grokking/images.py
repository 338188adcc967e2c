"""Step: train networks on ordinary images, far beyond the step at which their loss converges."""

from collections.abc import Sequence

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.grokking.settings import Images


def train_on_images(
    images: Images, subject: Subject, seeds: Sequence[int], resume: ResumeState | None = None
) -> tuple[Parameters, list[Measurements]]:
    """Train one network per seed; return them `[M, …]`, and their curves on both splits."""
    data, network = subject.examples, subject.network
    at = images.measurement_steps()
    curves = [
        Measurements(name, evaluation(network, split, data.calibration), at)
        for name, split in (("train", data.train), ("test", data.test))
    ]
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(seed, "initialisation") for seed in seeds]),
        data.train,
        [stream_seed(seed, "examples") for seed in seeds],
    )
    callbacks = [*curves, Progress(images.training.steps)]
    return train(ensemble, images.training, callbacks, resume, subject.device), curves


def main(snakemake: Job) -> None:
    """Write the trained networks and their curves."""
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    parts = ("sample", "network", "training", "every")
    images = Images.model_validate({name: section(cfg, f"images.{name}") for name in parts})
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    resume = ResumeState.of(snakemake)
    trained, curves = train_on_images(images, subject, seeds, resume)
    save_history(snakemake.output.history, curves, [{"seed": seed} for seed in seeds])
    Stored.of(trained).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
