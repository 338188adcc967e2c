"""Step: train the detectors of all arms of a batch of seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.detectors import (
    arms_of,
    detector,
    held_scenes,
    initial,
    training_scenes,
)
from workflow_scripts.studies.focal.loss import DetectionLoss, Pace
from workflow_scripts.studies.focal.objects import Objects
from workflow_scripts.studies.focal.scene_settings import SceneSettings
from workflow_scripts.studies.focal.shares import shares

SPLIT = "shares"


def train_arms(
    scenes: SceneSettings,
    hidden: Sequence[int],
    arms: Mapping[str, DetectorArm],
    training: Training,
    examples: Split,
    measured: Split,
    ignored: int,
    easy: float,
    seeds: Sequence[int],
    where: torch.device | str = "cpu",
    resume: ResumeState | None = None,
) -> tuple[Parameters, Measurements]:
    """Train the arms of each seed in turn; return them `[M, …]`, and the shares of easy negatives.

    Shares are measured on the scenes `measured` before training, in the middle and at the end.
    """
    network = detector(scenes, hidden, sharing=len(arms))
    parts = list(arms.values())
    pace = Pace(training.steps)
    at = {0, training.steps // 2, training.steps}
    curve = Measurements(
        SPLIT, shares(network, measured.to(where), scenes.places, ignored, easy), at
    )
    ensemble = Ensemble(
        network,
        initial(network, parts, seeds),
        examples,
        [stream_seed(seed, "order") for seed in seeds for _ in parts],
        learning_rates=[arm.learning_rate for arm in parts] * len(seeds),
        loss=DetectionLoss(scenes.places, ignored, pace),
    )
    callbacks = [pace, curve, Progress(training.steps)]
    return train(ensemble, training, callbacks, resume, where), curve


def main(snakemake: Job) -> None:
    """Write the trained detectors and the shares of easy negatives."""
    cfg, folder = snakemake.params.cfg, Path(snakemake.params.data)
    scenes = SceneSettings.model_validate(section(cfg, "scenes"))
    arms, seeds = arms_of(cfg), seeds_of(snakemake.wildcards.seeds)
    parts, resume = list(arms.values()), ResumeState.of(snakemake)
    held = held_scenes(scenes, "validation", section(cfg, "held.measured"), folder)
    trained, curve = train_arms(
        scenes,
        section(cfg, "hidden"),
        arms,
        Training.model_validate(section(cfg, "training")),
        training_scenes(scenes, section(cfg, "train"), parts, seeds, folder),
        Split(held.pictures, Objects.in_scenes(held.corners, parts * len(seeds))),
        section(cfg, "ignored"),
        section(cfg, "easy"),
        seeds,
        device(section(cfg, "device")),
        resume,
    )
    facts = [{"seed": seed, "arm": name} for seed in seeds for name in arms]
    save_history(snakemake.output.history, [curve], facts)
    Stored.of(trained).save(snakemake.output.trained)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
