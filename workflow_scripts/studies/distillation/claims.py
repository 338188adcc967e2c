"""The claims of the study of distillation. Rules and margins were written before any result."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workflow_scripts.core.job import Job
from workflow_scripts.core.quantity import POINTS
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import (
    Claims,
    Evidence,
    Measured,
    NoData,
    Shown,
    above,
    at_least,
    at_most,
    below,
    paired,
    within,
)
from workflow_scripts.evidence.claims.evaluate import decide
from workflow_scripts.evidence.statistics.power import Effect
from workflow_scripts.studies.distillation.marks import (
    AGAIN,
    COOL,
    ENSEMBLE,
    EVERYTHING,
    FEW,
    HARD,
    HOT,
    HOTTEST,
    LEVEL,
    PERMUTED,
    SAME,
    SELF,
    SMOOTHED,
    SOFT,
    STUDENT_AND_TEACHER,
    STUDENTS,
    TINY,
    UNTRAINED,
)
from workflow_scripts.studies.distillation.outcomes import (
    Tables,
    accuracy,
    agreement,
    cost,
    gain,
    of_ensemble,
    of_teachers,
    recalled,
)

HINTON = "Hinton et al. 2015"
OF_TEACHER = "% of the teacher's accuracy"
RECALL = "% of its images"
AGREED = "% of images"
PARAMETERS, MULTIPLY_ADDS = 60, 62
"""Largest shares (%) of the teacher's that a far smaller student may have (1/1.6 of the latter)."""
FAR = 1e-3
"""Difference that the rival of an identity exceeds."""

claims = Claims("distillation")


@claims.claim(
    id="soft-beats-hard",
    unit=POINTS,
    rule=above(1),
    source=f"{HINTON}, Table 5",
    control="smoothed labels of the same entropy, and an untrained teacher beside labels",
    control_rule=below(1),
    pilot=Effect(4.9),
)
def soft_beats_hard(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A student learns better from soft targets than from labels alone.

    Test accuracy with few examples, taught by the teacher − by labels.
    """
    return Evidence(
        [Measured.from_seeds(gain(tables, FEW, SOFT, HARD))],
        [
            Measured.from_seeds(gain(tables, FEW, SMOOTHED, HARD), "smoothed labels"),
            Measured.from_seeds(gain(tables, FEW, UNTRAINED, HARD), "untrained teacher"),
        ],
    )


@claims.claim(
    id="temperature",
    unit=POINTS,
    rule=above(0),
    source=f"{HINTON}, section 3",
    control="labels, learned at the same temperature − at 1",
    control_rule=below(0.3),
    pilot=Effect(1.4),
)
def temperature(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A temperature of 2 to 8 teaches more than a temperature of 1.

    The temperature was chosen on validation images of the pilot.
    """
    return Evidence(
        [Measured.from_seeds(gain(tables, FEW, SOFT, COOL))],
        [Measured.from_seeds(gain(tables, FEW, HOT, HARD))],
    )


@claims.claim(
    id="dark-knowledge",
    unit=POINTS,
    rule=above(0),
    source=f"{HINTON}, section 1; Furlanello et al. 2018, section 3.2",
    control="wrong classes permuted by the identity − the targets themselves, largest difference",
    control_rule=at_most(0),
    pilot=Effect(2.7),
)
def dark_knowledge(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """The relations between the wrong classes carry the gain.

    Targets of the teacher − the same with their wrong classes permuted in each example, which must
    gain less than half as much; and − the same with wrong classes that are all equal.
    """
    gained = gain(tables, FEW, SOFT, HARD)
    left = paired(gain(tables, FEW, PERMUTED, HARD), gained / 2)
    same = gain(tables, FEW, SAME, SOFT).abs().to_numpy()
    return Evidence(
        [
            Measured.from_seeds(gain(tables, FEW, SOFT, PERMUTED), "over permuted"),
            Measured.from_seeds(left, "gain of permuted − half of the gain", below(0)),
            Measured.from_seeds(gain(tables, FEW, SOFT, LEVEL), "over equal"),
        ],
        [Measured.exact(float(np.max(same)), n=len(same))],
    )


@claims.claim(
    id="omitted-class",
    unit=RECALL,
    rule=above(50),
    source=f"{HINTON}, section 3",
    control="labels, and permuted wrong classes, with a bias by the same rule",
    control_rule=below(15),
    pilot=Effect(8.0),
)
def omitted_class(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A student that never saw a class recognises it.

    Recall after the bias of the class was raised until as many images of other classes are taken
    for it as the teacher takes for it: validation images, none of them of the class.
    """
    classes = section(cfg, "judged")

    def after(arm: str, name: str = "", rule: Any = None) -> Measured:
        return Measured.from_seeds(recalled(tables, arm, "after", classes), name, rule)

    return Evidence([after(SOFT)], [after(HARD, "labels", below(1)), after(PERMUTED, "permuted")])


@claims.count(id="omitted-classes", unit=RECALL, source=f"{HINTON}, section 3")
def omitted_classes(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Recall of an omitted class, when each class is omitted in turn: the mean over all of them."""
    classes = sorted(set(tables["omitted"]["omitted"]))
    return [
        Shown(
            f"{arm}, {moment} the bias",
            float(recalled(tables, arm, moment, classes).mean(skipna=False)),
        )
        for arm in (SOFT, PERMUTED, HARD)
        for moment in ("before", "after")
    ]


@claims.claim(
    id="ensemble",
    unit=POINTS,
    rule=above(0),
    source=f"{HINTON}, Table 1",
    control="students of ten times the same teacher − of that teacher",
    control_rule=below(0.05),
    pilot=Effect(1.5),
)
def ensemble(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """Many teachers fit into one student: it learns more from an ensemble than from one teacher."""
    return Evidence(
        [Measured.from_seeds(gain(tables, EVERYTHING, ENSEMBLE, SOFT))],
        [Measured.from_seeds(gain(tables, EVERYTHING, AGAIN, SOFT))],
    )


@claims.count(id="ensemble-retained", unit=POINTS, source=f"{HINTON}, Table 1")
def ensemble_retained(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """What an ensemble gains over one of its networks, and what of it reaches a student."""
    together = paired(of_ensemble(tables), of_teachers(tables))
    student = gain(tables, EVERYTHING, ENSEMBLE, SOFT)
    return [
        Shown("ensemble of teachers", float(together.mean(skipna=False))),
        Shown("its student", float(student.mean(skipna=False))),
    ]


@claims.claim(
    id="compression",
    unit=OF_TEACHER,
    rule=at_least(97),
    source="Sanh et al. 2019, Table 1",
    control="a much smaller student",
    control_rule=below(97),
    pilot=Effect(4.8),
)
def compression(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A far smaller and cheaper student is nearly as good as its teacher.

    And better than the same network trained from labels on the same examples. Parameters and
    multiply-adds are counted.
    """

    def kept(lesson: str) -> Measured:
        ratio = 100 * accuracy(tables, lesson, SOFT) / of_teachers(tables)
        return Measured.from_seeds(ratio, "accuracy" if lesson == EVERYTHING else "")

    def counted(what: str, name: str, most: float, unit: str) -> Measured:
        shares = cost(tables, what, EVERYTHING).to_numpy()
        return Measured.exact(float(np.max(shares)), name, at_most(most), unit, n=len(shares))

    return Evidence(
        [
            kept(EVERYTHING),
            counted("parameters", "parameters", PARAMETERS, "% of the teacher's parameters"),
            counted(
                "multiply_adds", "multiply-adds", MULTIPLY_ADDS, "% of the teacher's multiply-adds"
            ),
            Measured.from_seeds(
                gain(tables, EVERYTHING, SOFT, HARD), "over labels", above(0), POINTS
            ),
        ],
        [kept(TINY)],
    )


@claims.claim(
    id="fidelity",
    unit=AGREED,
    rule=below(95),
    source="Stanton et al. 2021, section 4",
    control="agreement of two students of one teacher − of a student and its teacher",
    control_rule=above(0),
    control_unit=POINTS,
    pilot=Effect(1.5),
)
def fidelity(tables: Tables, cfg: Mapping[str, Any]) -> Evidence:
    """A student can get better without becoming its teacher.

    How often both predict the same class of a test image, where their accuracy differs by less than
    two points.
    """
    own = agreement(tables, STUDENT_AND_TEACHER)
    gap = paired(of_teachers(tables), accuracy(tables, EVERYTHING, SOFT))
    return Evidence(
        [
            Measured.from_seeds(own, "agreement"),
            Measured.from_seeds(gap, "teacher − student", within(-2, 2), POINTS),
        ],
        [Measured.from_seeds(paired(agreement(tables, STUDENTS), own))],
    )


@claims.count(id="small-students", unit=POINTS, source=f"{HINTON}, section 3")
def small_students(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Accuracy at a temperature of 10 − that at the chosen one, by the size of the student."""
    shown = []
    for lesson, name in section(cfg, "curves").items():
        difference = gain(tables, lesson, HOTTEST, SOFT)
        shown.append(Shown(name, float(difference.mean(skipna=False))))
    return shown


@claims.count(id="self-distillation", unit=POINTS, source="Furlanello et al. 2018, Table 2")
def self_distillation(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """A student of the size of its teacher, against the same network taught by labels."""
    difference = gain(tables, SELF, SOFT, HARD)
    return [Shown("student − from labels", float(difference.mean(skipna=False)))]


@claims.identity(
    id="same-targets",
    unit="largest difference",
    at_most=1e-6,
    source="Furlanello et al. 2018, section 3.2",
)
def same_targets(tables: Tables, cfg: Mapping[str, Any]) -> list[Shown]:
    """Wrong classes permuted by the identity, and ten times one teacher, teach the same."""
    shown = []
    parts = tables["identities"].groupby("identity", sort=False)
    if not parts.ngroups:
        raise NoData("no identity was checked")
    for identity, rows in parts:
        shown.append(Shown(str(identity), float(rows.difference.max(skipna=False))))
        rival = float(rows.mismatch.min(skipna=False))
        shown.append(Shown(f"{identity}: the rival", rival, above=FAR))
    return shown


def main(snakemake: Job) -> None:
    """Decide the claims from the tables of the study."""
    decide(claims, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
