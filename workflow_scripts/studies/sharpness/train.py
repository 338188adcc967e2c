"""Step: train an arm for a batch of seeds; keep networks at the common loss and at the end."""

from collections.abc import Sequence

import torch

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Callback, Curve, Progress
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.target import AtTarget
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.sharpness.settings import Arm
from workflow_scripts.studies.sharpness.tasks import Learning, members, save_networks

CURVE = 20
"""Measurements of a learning curve."""


def trained(
    arm: Arm,
    seeds: Sequence[int],
    learning: Learning,
    where: torch.device,
    resume: ResumeState | None = None,
) -> tuple[Parameters, AtTarget, list[Curve]]:
    """Train all members of an arm: parameters at the end `[M, …]`, at the loss, and curves.

    A seed has the same initial weights and the same order of examples in every arm of its batch
    size: arms are paired.
    """
    described, data = members(arm, seeds), learning.examples
    steps = arm.training.steps
    at_target = AtTarget(
        learning.network,
        arm.target if arm.target is not None else 0.0,
        data.train_inputs,
        data.train_labels,
        range(0, steps + 1, arm.every) if arm.target is not None else (),
        data.calibration,
    )
    shown = {round(part * steps / CURVE) for part in range(CURVE + 1)}
    curves = [
        Curve(learning.network, split, inputs, labels, shown, data.calibration)
        for split, inputs, labels in (
            ("train", data.train_inputs, data.train_labels),
            (
                "test",
                data.test_inputs[: len(data.train_inputs)],
                data.test_labels[: len(data.train_inputs)],
            ),
        )
    ]
    initial = [stream_seed(each["seed"], "initialisation") for each in described]
    ensemble = Ensemble(
        learning.network,
        learning.network.initialise(initial),
        data.train_inputs,
        data.train_labels,
        [stream_seed(each["seed"], "examples") for each in described],
        learning_rates=[each["rate"] for each in described],
        radii=[each["radius"] for each in described],
    )
    callbacks: list[Callback] = [at_target, *curves, Progress(steps)]
    end = train(ensemble, arm.training, callbacks, resume, where)
    return end, at_target, curves


def main(snakemake: Job) -> None:
    """Write the networks at the common loss (and when they were there), at the end, and curves."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    arm = Arm.model_validate(section(cfg, f"arms.{wildcards.arm}"))
    learning = Learning.of(section(cfg, f"tasks.{arm.task}"), snakemake.params.data)
    seeds = seeds_of(wildcards.seeds)
    resume = ResumeState.of(snakemake)
    end, at_target, curves = trained(arm, seeds, learning, device(section(cfg, "device")), resume)
    save_networks(snakemake.output.target, at_target.kept, steps=at_target.steps)
    save_networks(snakemake.output.end, end)
    described = [{"arm": wildcards.arm, **each} for each in members(arm, seeds)]
    save_history(snakemake.output.history, curves, described)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
