"""Step: what teachers and students of a batch of seeds do on images that none of them has seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.learning.parts_by_seed import joined
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.distillation.costs import multiply_adds, parameters
from workflow_scripts.studies.distillation.learn import NONE, REPEATED, Soft, Student, students
from workflow_scripts.studies.distillation.marks import (
    ENSEMBLE,
    EVERYTHING,
    FEW,
    PERMUTATION,
    PERMUTED,
    REPETITION,
    SAME,
    SECOND,
    SOFT,
    STUDENT_AND_TEACHER,
    STUDENTS,
    TEACHER,
    TEACHERS,
)
from workflow_scripts.studies.distillation.omission import bias, raised, recall
from workflow_scripts.studies.distillation.pictures import pictures, speech
from workflow_scripts.studies.distillation.settings import Lesson, Teachers
from workflow_scripts.studies.distillation.softened import softened
from workflow_scripts.studies.distillation.teach import said


@dataclass(frozen=True)
class Batch:
    """The teachers of the seeds of a batch, and what they say of the images that all share."""

    subject: Subject
    seeds: Sequence[int]
    soft: Soft
    networks: Parameters
    """`[S · copies, …]`, all copies of a seed in a row."""

    @property
    def copies(self) -> int:
        """Teachers of a seed."""
        return self.soft.trained.shape[1]

    def everyone(self) -> Subject:
        """The subject whose members are all teachers."""
        return self.subject.members([seed for seed in self.seeds for _ in range(self.copies)])

    @cached_property
    def on_test(self) -> Tensor:
        """What all teachers say `[S, copies, N, K]` of the test images."""
        return self._said("test")

    @cached_property
    def on_validation(self) -> Tensor:
        """The same of the validation images, which each seed has of its own."""
        return self._said("validation")

    def _said(self, split: str) -> Tensor:
        everyone = self.everyone()
        spoken = said(everyone, self.networks, getattr(everyone.examples, split))
        return spoken.unflatten(0, (len(self.seeds), self.copies))


def right(logits: Tensor, labels: Tensor) -> float:
    """The percentage of examples whose largest logit is that of the label."""
    return 100 * float((logits.argmax(-1) == labels).double().mean())


def same(ours: Tensor, others: Tensor) -> float:
    """The percentage of examples `[N]` of which two networks predict the same class."""
    return 100 * float((ours == others).double().mean())


def of_teachers(batch: Batch) -> pd.DataFrame:
    """The accuracy of each teacher and of the ensemble of those of a seed, with their costs."""
    labels, spoken = batch.subject.examples.test.targets.values, batch.on_test
    built = batch.subject.network
    cost = {"parameters": parameters(built), "multiply_adds": multiply_adds(built)}
    rows = []
    for place, seed in enumerate(batch.seeds):
        together = {key: batch.copies * value for key, value in cost.items()}
        votes = right(softened(spoken[place], 1.0), labels)
        named = {"lesson": TEACHER, "seed": seed, "omitted": NONE}
        rows.append({**named, "arm": ENSEMBLE, "copy": 0, "accuracy": votes, **together})
        for copy in range(batch.copies):
            accuracy = right(spoken[place, copy], labels)
            rows.append({**named, "arm": TEACHER, "copy": copy, "accuracy": accuracy, **cost})
    return pd.DataFrame(rows)


def of_students(name: str, lesson: Lesson, subject: Subject, who: list[Student],
                trained: Parameters) -> pd.DataFrame:  # fmt: skip
    """The test accuracy of each student of a lesson, with its costs; NaN if it diverged."""
    built = subject.network
    rows = pd.DataFrame([vars(student) for student in who])
    rows.insert(0, "lesson", name)
    found = evaluate(built, subject.calibrated(trained), subject.examples.test)
    arms = [lesson.arms[student.arm] for student in who]
    return rows.assign(
        source=[arm.source for arm in arms],
        wrong=[arm.wrong for arm in arms],
        temperature=[arm.temperature for arm in arms],
        accuracy=100 * found["accuracy"].numpy(),
        parameters=parameters(built),
        multiply_adds=multiply_adds(built),
    )


def of_omissions(
    batch: Batch, who: list[Student], on_test: Tensor, on_validation: Tensor
) -> pd.DataFrame:
    """Recall of the omitted class before and after its bias rose; teachers beside it.

    After it, as many validation images of all other classes are taken for the omitted one as the
    teacher takes for it. No image of the omitted class, and none of the test, is used.
    """
    examples = batch.subject.examples
    labels = examples.test.targets.values
    assert examples.validation.rows is not None  # each seed has its own examples
    known = examples.validation.targets.values[examples.validation.rows]
    rows, teachers = [], {}
    for member, student in enumerate(who):
        place, omitted = list(batch.seeds).index(student.seed), student.omitted
        others = known[place] != omitted
        own = batch.on_validation[place, student.copy % batch.copies][others]
        alarms = int((own.argmax(-1) == omitted).sum())
        rise = bias(on_validation[member][others], omitted, alarms)
        moments = {"before": 0.0, "after": rise}
        for moment, amount in moments.items():
            logits = raised(on_test[member], omitted, amount)
            found = {"bias": amount, "recall": 100 * recall(logits, labels, omitted)}
            found["accuracy"] = right(logits, labels)
            rows.append({**vars(student), "moment": moment, **found})
        spoken = batch.on_test[place, 0]
        teachers[student.seed, omitted] = {
            **vars(replace(student, arm=TEACHER, copy=0)),
            "moment": "before",
            "bias": 0.0,
            "recall": 100 * recall(spoken, labels, omitted),
            "accuracy": right(spoken, labels),
        }
    return pd.DataFrame(rows + list(teachers.values()))


def agreements(batch: Batch, who: list[Student], predicted: Tensor) -> pd.DataFrame:
    """How often two networks predict the same class of test images, by seed and copy."""
    tops = batch.on_test.argmax(-1)
    member = {(student.arm, student.copy, student.seed): m for m, student in enumerate(who)}
    rows = []
    for place, seed in enumerate(batch.seeds):
        for copy in range(batch.copies):
            found = {TEACHERS: same(tops[place, copy], tops[place, copy - 1])}
            ours, other = (member.get((arm, copy, seed)) for arm in (SOFT, SECOND))
            if ours is not None:
                found[STUDENT_AND_TEACHER] = same(predicted[ours], tops[place, copy])
                if other is not None:
                    found[STUDENTS] = same(predicted[ours], predicted[other])
            for pair, agreement in found.items():
                rows.append({"seed": seed, "copy": copy, "pair": pair, "agreement": agreement})
    return pd.DataFrame(rows)


def identities(batch: Batch, who: list[Student], trained: Parameters) -> pd.DataFrame:
    """Largest differences of what must be equal, and of what must not be."""
    rows = []
    for place, seed in enumerate(batch.seeds):
        place_of = {
            student.arm: m
            for m, student in enumerate(who)
            if (student.seed, student.copy) == (seed, 0)
        }

        def apart(arm: str, other: str, places: Mapping[str, int] = place_of) -> float:
            pairs = ((array[places[arm]], array[places[other]]) for array in trained.values())
            return max(float((ours - theirs).abs().max()) for ours, theirs in pairs)

        logits = batch.soft.trained[place]
        one = softened(logits[0], 1.0)
        ten = softened(logits[0].expand(REPEATED, -1, -1), 1.0)
        all_of_them = softened(logits, 1.0)
        for identity, difference, mismatch in (
            (PERMUTATION, apart(SAME, SOFT), apart(PERMUTED, SOFT)),
            (REPETITION, float((ten - one).abs().max()), float((all_of_them - one).abs().max())),
        ):
            found = {"difference": difference, "mismatch": mismatch}
            rows.append({"seed": seed, "identity": identity, **found})
    return pd.DataFrame(rows)


def of_lesson(batch: Batch, name: str, settings: Mapping[str, Any], path: str) -> Found:
    """The tables of the students of a lesson, whose weights are at `path`."""
    lesson = Lesson.model_validate(settings)
    who = students(lesson, batch.seeds)
    built = replace(batch.subject, network=network(settings["network"]))
    subject = built.members([student.seed for student in who])
    trained = Stored.load(path).parameters(subject.device)
    tables = {"students": of_students(name, lesson, subject, who, trained)}
    if lesson.omitted:
        examples = subject.examples
        splits = (examples.test, examples.validation)
        on_both = [said(subject, trained, split) for split in splits]
        tables["omitted"] = of_omissions(batch, who, *on_both)
    if name == EVERYTHING:
        predicted = said(subject, trained, subject.examples.test).argmax(-1)
        tables["agreements"] = agreements(batch, who, predicted)
    if name == FEW:
        tables["identities"] = identities(batch, who, trained)
    return Found(tables)


def measured(
    batch: Batch, given: Mapping[str, Any], paths: Mapping[str, str], done: PartialResults
) -> dict[str, pd.DataFrame]:
    """All tables of a batch, from the settings and the students of each lesson."""

    def taught() -> Found:
        return Found({"students": of_teachers(batch)})

    def shown() -> Found:
        drawn = pictures(batch.subject, batch.soft, batch.seeds)
        return Found({"pictures": drawn, "speech": speech(batch.subject, batch.soft, drawn)})

    parts = [
        done.part("teachers", taught),
        *(
            done.part(f"lesson {name}", of_lesson, batch, name, settings, paths[name])
            for name, settings in given.items()
        ),
        done.part("pictures", shown),
    ]
    return joined(parts)


@torch.no_grad()
def main(snakemake: Job) -> None:
    """Write the tables of a batch of seeds."""
    cfg, seeds = snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds)
    teachers = Teachers.model_validate(section(cfg, "teachers"))
    lessons = section(cfg, "lessons")
    given = {
        "network": section(cfg, "teachers")["network"],
        "sample": section(cfg, "sample"),
        "device": section(cfg, "device"),
    }
    subject = Subject.of(given, snakemake.params.data, seeds)
    trained = Stored.load(snakemake.input.teachers).parameters(subject.device)
    batch = Batch(subject, seeds, Soft.load(snakemake.input.targets), trained)
    assert batch.copies == teachers.copies
    paths = dict(zip(lessons, snakemake.input.students, strict=True))
    done = PartialResults.of(snakemake)
    for name, table in measured(batch, lessons, paths, done).items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
