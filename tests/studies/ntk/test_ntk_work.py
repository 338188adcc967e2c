"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import SEEDS, check_growth, check_seeds, times
from workflow_scripts.studies.ntk.study import STUDY

WIDTHS = {
    "ntk.widths.task": {"inputs": 5, "examples": 8},
    "ntk.widths.alphas": [1.0, 0.1],
    "ntk.widths.depths.2": [8, 16],
}
DEEP = {**WIDTHS, "ntk.widths.depths.3": [1000, 2000]}
PARITY = {
    "ntk.parity": {
        "inputs": 10,
        "examples": 40,
        "width": 16,
        "alphas": [0.1, 10],
        "descent": {"steps": 100},
    }
}
IMAGES = {"ntk.images": {"sizes": [40], "width": 8, "descent": {"steps": 20}}}
TWO, THREE = {**SEEDS, "layers": "2"}, {**SEEDS, "layers": "3"}
CASES = [
    ("widths", WIDTHS, TWO, "ntk.widths.task.examples", times(2), 2),
    ("widths", WIDTHS, TWO, "ntk.widths.alphas", [1.0, 0.3, 0.2, 0.1], 2),
    # The middle layer has the square of the width.
    ("widths", DEEP, THREE, "ntk.widths.depths.3", [2000, 4000], 4),
    ("parity", PARITY, SEEDS, "ntk.parity.width", times(3), 3),
    ("parity", PARITY, SEEDS, "ntk.parity.descent", {"steps": 200}, 2),
    ("images", IMAGES, SEEDS, "ntk.images.sizes", [40, 80], 3),
    ("images", IMAGES, SEEDS, "ntk.images.descent", {"steps": 40}, 2),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(("step", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
