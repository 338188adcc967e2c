"""Step: train the students of a lesson for a batch of seeds, all arms as one ensemble."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.callbacks import Progress
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.distillation.distilled import (
    Distilled,
    distillation,
    one_hot,
)
from workflow_scripts.studies.distillation.settings import Lesson, Teaching
from workflow_scripts.studies.distillation.softened import (
    entropy,
    level,
    permuted,
    smoothed,
    softened,
)

REPEATED = 10
"""How often the same teacher is taken for an ensemble."""
NONE = -1
"""The number of the omitted class where none is."""


@dataclass(frozen=True)
class Student:
    """A member of the ensemble of a lesson."""

    arm: str
    omitted: int
    copy: int
    seed: int


@dataclass(frozen=True)
class Soft:
    """What teachers said of the training examples of the seeds of a batch."""

    trained: Tensor
    """Logits `[S, copies, N, K]`."""
    untrained: Tensor
    """Logits `[S, N, K]` of a teacher before training."""

    @classmethod
    def load(cls, path: str) -> "Soft":
        """Read them from their checkpoint."""
        stored = Stored.load(path)
        return cls(stored.tensor("trained"), stored.tensor("untrained"))


def students(lesson: Lesson, seeds: Sequence[int]) -> list[Student]:
    """The members of a lesson, ordered by arm, omitted class, copy and seed."""
    return [
        Student(name, omitted, copy, seed)
        for name, arm in lesson.arms.items()
        for omitted in lesson.omitted or (NONE,)
        for copy in range(arm.copies)
        for seed in seeds
    ]


def targets(
    arm: Teaching, soft: Soft, place: int, copy: int, seed: int, labels: Tensor
) -> Distilled:
    """What a student is taught of the first examples `[n]` of its seed, the `place`-th of a batch.

    Its teacher is that of its copy.
    """
    count, classes = len(labels), soft.untrained.shape[-1]
    own = soft.trained[place, copy % soft.trained.shape[1], :count]
    temperature = arm.temperature
    if arm.source == "labels":
        probabilities = one_hot(labels, classes)
    elif arm.source == "pseudo":
        probabilities = one_hot(own.argmax(-1), classes)
    elif arm.source == "smoothed":
        probabilities = smoothed(labels, classes, entropy(softened(own, temperature)))
        temperature = 1.0
    elif arm.source == "untrained":
        probabilities = softened(soft.untrained[place, :count], temperature)
    elif arm.source == "ensemble":
        probabilities = softened(soft.trained[place, :, :count], temperature)
    elif arm.source == "repeated":
        probabilities = softened(own.expand(REPEATED, -1, -1), temperature)
    else:
        probabilities = softened(own, temperature)
    if arm.wrong == "level":
        probabilities = level(probabilities)
    elif arm.wrong != "kept":
        probabilities = permuted(probabilities, seed, identity=arm.wrong == "identity")
    return Distilled.packed(probabilities, labels, temperature, arm.weight)


def transfer(
    lesson: Lesson, who: Sequence[Student], seeds: Sequence[int], subject: Subject, soft: Soft
) -> Split:
    """The examples of each member and what it is taught of them.

    If classes are omitted, each member has as many examples as the one with the fewest.
    """
    drawn = subject.examples.of([student.seed for student in who]).train.first(lesson.examples)
    assert drawn.rows is not None  # each seed has its own examples
    labels = drawn.targets.values[drawn.rows]
    kept = [(labels[m] != student.omitted).nonzero().flatten() for m, student in enumerate(who)]
    fewest = min(len(each) for each in kept)
    chosen = torch.stack([each[:fewest] for each in kept])
    taught = torch.stack(
        [
            targets(
                lesson.arms[student.arm],
                soft,
                list(seeds).index(student.seed),
                student.copy,
                student.seed,
                labels[member],
            ).values[chosen[member]]
            for member, student in enumerate(who)
        ]
    )
    return distilled(drawn.inputs, drawn.rows.gather(1, chosen), taught)


def distilled(inputs: Tensor, rows: Tensor, taught: Tensor) -> Split:
    """Examples `rows` `[M, n]` of the shared inputs, with packed targets `[M, n, K + 3]`.

    Inputs that no member has are left out.
    """
    used, places = rows.unique(return_inverse=True)
    nothing = Distilled(taught.new_zeros(len(used), taught.shape[-1]))
    return Split(inputs[used], nothing, places).relabelled(taught)


def learned(
    lesson: Lesson,
    seeds: Sequence[int],
    subject: Subject,
    soft: Soft,
    resume: ResumeState | None = None,
) -> Parameters:
    """The trained students `[M, …]`.

    A copy of a seed has the same initial weights and order in every arm that is not `redrawn`.
    """
    who = students(lesson, seeds)
    arms = [lesson.arms[student.arm] for student in who]

    def streams(purpose: str) -> list[int]:
        return [
            stream_seed(student.seed, purpose, student.copy, int(arm.redrawn))
            for student, arm in zip(who, arms, strict=True)
        ]

    ensemble = Ensemble(
        subject.network,
        subject.network.initialise(streams("student")),
        transfer(lesson, who, seeds, subject, soft),
        streams("student's order"),
        learning_rates=[arm.rate for arm in arms],
        weight_decays=[arm.decay for arm in arms],
        loss=distillation,
    )
    return train(
        ensemble, lesson.training, [Progress(lesson.training.steps)], resume, subject.device
    )


def main(snakemake: Job) -> None:
    """Write the students of a lesson."""
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    given = section(cfg, f"lessons.{snakemake.wildcards.lesson}")
    lesson = Lesson.model_validate(given)
    sample, device = section(cfg, "sample"), section(cfg, "device")
    subject = Subject.of(
        {"network": given["network"], "sample": sample, "device": device},
        snakemake.params.data,
        seeds,
    )
    resume = ResumeState.of(snakemake)
    soft = Soft.load(snakemake.input.targets)
    Stored.of(learned(lesson, seeds, subject, soft, resume)).save(snakemake.output.students)
    resume.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
