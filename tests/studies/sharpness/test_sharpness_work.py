"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import NETWORK, SEEDS, check_growth, check_seeds, times
from workflow_scripts.studies.sharpness.study import STUDY

TRAINING = {"steps": 50, "batch_size": 4}
ARM = {"task": "t", "rates": [1, 2], "radii": [0], "copies": 1, "training": TRAINING}
TASK = {"network": NETWORK, "sample": {"train": 300}}
ONE = {"sharpness.arms.a": ARM, "sharpness.tasks.t": TASK}
MEASURED = ONE | {"sharpness.measures": {"trace_vectors": 20}}
RESCALED = ONE | {"sharpness.rescaling": {"factors": [1, 2]}}
PICTURED = ONE | {"sharpness.slices": {"points": 10, "plane_points": 0}}
CASES = [
    ("train", ONE, SEEDS, "sharpness.arms.a.rates", [1, 2, 3, 4], 2),
    ("train", ONE, SEEDS, "sharpness.arms.a.copies", times(3), 3),
    ("measure", MEASURED, SEEDS, "sharpness.measures.trace_vectors", times(3), 3),
    ("pictures", PICTURED, SEEDS, "sharpness.slices.points", times(3), 3),
    ("rescale", RESCALED, SEEDS, "sharpness.rescaling.factors", [1, 2, 3, 4], 2),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(("step", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
