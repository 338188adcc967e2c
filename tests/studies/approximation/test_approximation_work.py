"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import SEEDS, check_growth, check_seeds, times
from workflow_scripts.studies.approximation.study import STUDY

TRAINING = {"steps": 10, "batch_size": 8}
ADAM = {"a.trained.training": TRAINING}
TUNED = {**ADAM, "a.trained.tuning": {"seeds": ["0-1"], "rates": [1, 2]}}
DESCENT = {"a.trained.points": 9, "a.trained.iterations": 5}
DEEP = {"a.deep": {"depths": [1, 3], "width": 8, "training": TRAINING}}
CONSTRUCTED = {
    "a.widths": [4, 8],
    "a.places": {"inside": 10**7},
    "a.tents": {"fitted": [1], "places": 9},
}
GROUP = {**SEEDS, "group": "4-16"}
CASES = [
    ("train", ADAM, GROUP, "a.trained.training.steps", times(3), 3),
    ("tune", TUNED, {"group": "4-16"}, "a.trained.tuning.rates", [1, 2, 3, 4], 2),
    ("descend", DESCENT, GROUP, "a.trained.iterations", times(2), 2),
    ("deep", DEEP, SEEDS, "a.deep.training", {"steps": 20, "batch_size": 8}, 2),
    ("construct", CONSTRUCTED, SEEDS, "a.places.inside", times(2), 2),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(
    ("step", "cfg", "wildcards"), [case[:3] for case in CASES if "seeds" in case[2]]
)
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
