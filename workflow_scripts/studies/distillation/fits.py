"""What the settings of the study ask of each other and of the images."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import Demand, too_many, unfit_training
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
    OMITTED,
    PERMUTED,
    SAME,
    SECOND,
    SELF,
    SMOOTHED,
    SOFT,
    TINY,
    UNTRAINED,
)
from workflow_scripts.studies.distillation.settings import Distillation

ARMS = {
    FEW: (HARD, SOFT, COOL, SMOOTHED, UNTRAINED, HOT, PERMUTED, SAME, LEVEL),
    EVERYTHING: (HARD, SOFT, ENSEMBLE, AGAIN, SECOND),
    TINY: (HARD, SOFT),
    SELF: (HARD, SOFT),
    OMITTED: (HARD, SOFT, PERMUTED),
}
"""Arms that each lesson has at least: those that claims and figures compare."""


def demands(settings: Distillation) -> Iterator[Demand]:
    """Classes that are omitted, and as many classes as have names."""
    yield Demand("names", settings.sample.dataset, classes=len(settings.names))
    for name, lesson in settings.lessons.items():
        if lesson.omitted:
            key = f"lessons.{name}.omitted"
            yield Demand(key, settings.sample.dataset, labels=lesson.omitted)


def faults(settings: Distillation) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    lessons = settings.lessons
    for name, arms in ARMS.items():
        if name not in lessons:
            yield f"lessons.{name} is missing: a claim is judged by it"
            continue
        for arm in arms:
            if arm not in lessons[name].arms:
                yield f"lessons.{name}.arms.{arm} is missing: a claim is judged by it"
    teachers = settings.teachers
    yield from unfit_training("teachers.training", teachers.training, settings.sample.train)
    for name, lesson in lessons.items():
        key = f"lessons.{name}"
        yield from too_many(
            f"{key}.examples", lesson.examples, settings.sample.train, "sample.train"
        )
        yield from unfit_training(f"{key}.training", lesson.training, lesson.examples)
        if (name == OMITTED) != bool(lesson.omitted):
            yield f"{key}.omitted must name classes in the lesson {OMITTED}, and in no other"
    omitted = lessons[OMITTED].omitted if OMITTED in lessons else ()
    for number in settings.judged:
        if number not in omitted:
            yield f"judged has class {number}, which is not among lessons.{OMITTED}.omitted"
    drawn = {
        "curves": (settings.curves, (HARD, SOFT, HOTTEST)),
        "sizes": (settings.sizes, (HARD, SOFT)),
    }
    for key, (shown, needed) in drawn.items():
        for name in shown:
            if name not in lessons:
                yield f"{key} has {name}, which is not among lessons"
                continue
            if missing := [arm for arm in needed if arm not in lessons[name].arms]:
                yield f"{key} has {name}, whose arms lack {', '.join(missing)}"
    if settings.sample.validation == 0:
        yield "sample.validation must be positive: the bias of an omitted class is set by it"
