"""Step: train an arm for a batch of seeds; keep networks at the common loss and at the end."""

from collections.abc import Sequence

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.target import AtTarget
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.sharpness.settings import Arm
from workflow_scripts.studies.sharpness.tasks import PARAMETERS, arm_of, members, subject_of

CURVE = 20
"""Number of measurements at equal distances in a learning curve; others are at powers of two."""


def trained(
    arm: Arm, seeds: Sequence[int], subject: Subject, resume: ResumeState | None = None
) -> tuple[Parameters, AtTarget, list[Measurements]]:
    """Train all members of an arm; return parameters at the end `[M, …]`, at the loss, and curves.

    A seed has the same examples and initial weights in every arm, and the same order of examples in
    every arm with its batch size: arms are paired.
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
    early = {2**power for power in range(steps.bit_length()) if 2**power <= steps}
    shown = early | {round(part * steps / CURVE) for part in range(CURVE + 1)}
    curves = [Measurements("train", on_train, shown), Measurements("test", on_test, shown)]
    ensemble = Ensemble(
        network,
        network.initialise(_streams(who, "initialisation")),
        data.train,
        _streams(who, "examples"),
        learning_rates=[member.facts["rate"] for member in who],
        radii=[member.facts["radius"] for member in who],
    )
    callbacks: list[Callback] = [at_target, *curves, Progress(steps)]
    end = train(ensemble, arm.training, callbacks, resume, subject.device)
    return end, at_target, curves


def _streams(who: Sequence[Member], purpose: str) -> list[int]:
    """The seed of a random stream of each member; copies have their own."""
    return [stream_seed(member.seed, purpose, member.facts["copy"]) for member in who]


def main(snakemake: Job) -> None:
    """Write the networks at the common loss (with their steps) and at the end, and curves."""
    cfg, wildcards = snakemake.params.cfg, snakemake.wildcards
    arm, seeds = arm_of(cfg, wildcards.arm), seeds_of(wildcards.seeds)
    subject = subject_of(cfg, arm, snakemake.params.data, seeds)
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
