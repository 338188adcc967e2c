"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import SEEDS, check_growth, check_seeds, times
from workflow_scripts.studies.grokking.study import STUDY

CFG = {
    "grokking.conditions.main.table": {"operation": "add", "size": 101, "fraction": 0.25},
    "grokking.conditions.main.network": {"kind": "pair-mlp", "embedding": 4, "hidden": 8},
    "grokking.conditions.main.training": {"steps": 100},
}
CASES = [
    ("train", CFG, SEEDS, "grokking.conditions.main.training.steps", times(2), 2),
    ("train", CFG, SEEDS, "grokking.conditions.main.table.fraction", times(2), 2),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(("step", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
