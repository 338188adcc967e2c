"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import SEEDS, check_growth, check_seeds
from workflow_scripts.studies.double_descent.study import STUDY

WIDTHS = {
    "double_descent.networks.layers": 2,
    "double_descent.networks.noise": [0, 0.1],
    "double_descent.networks.training": {"steps": 100, "batch_size": 10},
}
FEATURES = {"double_descent.features": {"sample": {"train": 1000}, "widths": [100_000]}}
SIZES = {"double_descent.sizes": {"sizes": [100], "width": 100}}
CASES = [
    ("networks", WIDTHS, {**SEEDS, "group": "5-20"}, "group", "5-10-20", 1.5),
    # n² (10 n + d) at n = 1000
    ("features", FEATURES, SEEDS, "double_descent.features.widths", [200_000], 210 / 110),
    ("sizes", SIZES, SEEDS, "double_descent.sizes", {"sizes": [200], "width": 200}, 8),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(("step", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
