"""Step: train an arm for a batch of seeds; keep networks at the common loss and at the end."""

from collections.abc import Sequence

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.target import AtTarget
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm
from workflow_scripts.studies.sharpness.tasks import PARAMETERS, members, subject_of

CURVE = 20
"""Number of measurements in a learning curve."""


def trained(
    arm: Arm, seeds: Sequence[int], subject: Subject, resume: ResumeState | None = None
) -> tuple[Parameters, AtTarget, list[Measurements]]:
    """Train all members of an arm; return parameters at the end `[M, …]`, at the loss, and curves.

    A seed has the same initial weights and data order in every arm with its batch size: arms are
    paired.
    """
    who, network = members(arm, seeds), subject.network
    data = subject.examples.of([member.seed for member in who])
    steps = arm.training.steps
    on_train = evaluation(network, data.train, data.calibration)
    on_test = evaluation(network, data.test.first(len(data.train)), data.calibration)
    at_target = AtTarget(
        on_train,
        arm.target if arm.target is not None else 0.0,
        range(0, steps + 1, arm.every) if arm.target is not None else (),
    )
    shown = {round(part * steps / CURVE) for part in range(CURVE + 1)}
    curves = [Measurements("train", on_train, shown), Measurements("test", on_test, shown)]
    ensemble = Ensemble(
        network,
        network.initialise([stream_seed(member.seed, "initialisation") for member in who]),
        data.train,
        [stream_seed(member.seed, "examples") for member in who],
        learning_rates=[member.facts["rate"] for member in who],
        radii=[member.facts["radius"] for member in who],
    )
    callbacks: list[Callback] = [at_target, *curves, Progress(steps)]
    end = train(ensemble, arm.training, callbacks, resume, subject.device)
    return end, at_target, curves


def main(snakemake: Job) -> None:
    """Write the networks at the common loss (with their steps) and at the end, and curves."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    arm = Arm.model_validate(section(cfg, f"arms.{wildcards.arm}"))
    task = section(cfg, f"tasks.{arm.task}")
    seeds = seeds_of(wildcards.seeds)
    subject = subject_of(task, snakemake.params.data, seeds, section(cfg, "device"))
    resume = ResumeState.of(snakemake)
    end, there, curves = trained(arm, seeds, subject, resume)
    assert there.steps is not None  # all callbacks have been called
    Stored.grouped({PARAMETERS: there.kept}, steps=there.steps).save(snakemake.output.target)
    Stored.grouped({PARAMETERS: end}).save(snakemake.output.end)
    described = [{"arm": wildcards.arm, **member.facts} for member in members(arm, seeds)]
    save_history(snakemake.output.history, curves, described)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
