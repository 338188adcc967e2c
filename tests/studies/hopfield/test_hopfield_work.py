"""The work of each step grows with its settings as its arithmetic does."""

import pytest

from tests.studies.work_growth import SEEDS, check_growth, check_seeds, times
from workflow_scripts.studies.hopfield.study import STUDY

CAPACITY = {"hopfield.capacity.trials": 5, "hopfield.capacity.sweeps": 7}
RECALL = {"hopfield.recall": {"size": 10, "trials": 3, "sweeps": 4}}
REGIMES = {"hopfield.regimes": {"stored": 10, "queries": 3, "betas": [1]}}
SPHERES = {"hopfield.spheres": {"dimensions": [10], "most": 4, "queries": 3}}
ORDERS = [{"order": 3, "sizes": [10]}]
LARGER = [{"order": 3, "sizes": [20]}]
DENSE = {"hopfield.dense": {"orders": ORDERS, "loads": [1.0], "trials": 2}}
CASES = [
    ("capacity", CAPACITY, {**SEEDS, "size": "100"}, "size", "300", 9),
    ("recall", RECALL, SEEDS, "hopfield.recall.size", times(2), 4),
    ("images", REGIMES, SEEDS, "hopfield.regimes.stored", times(2), 2),
    ("spheres", SPHERES, SEEDS, "hopfield.spheres.most", 6, 4),
    ("dense", DENSE, SEEDS, "hopfield.dense.orders", LARGER, 8),
]


@pytest.mark.parametrize(("step", "cfg", "wildcards", "path", "change", "factor"), CASES)
def test_work_grows_as_it_should(step, cfg, wildcards, path, change, factor):
    check_growth(STUDY.work[step], cfg, wildcards, path, change, factor)


@pytest.mark.parametrize(("step", "cfg", "wildcards"), {c[0]: c[:3] for c in CASES}.values())
def test_work_grows_with_seeds(step, cfg, wildcards):
    check_seeds(STUDY.work[step], cfg, wildcards)


def test_every_step_is_here():
    assert {step for step, *_ in CASES} == set(STUDY.work)
