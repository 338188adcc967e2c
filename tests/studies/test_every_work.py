"""The work of each step grows with its settings as its arithmetic does, for every study."""

import importlib

import pytest

from tests.studies.work_growth import check_growth, check_seeds
from workflow_scripts.studies.registry import REGISTERED

WORKING = {study.name: study.work for study in REGISTERED.values() if study.work}
CASES = {
    study: importlib.import_module(f"tests.studies.{study}.work_example").CASES for study in WORKING
}


@pytest.mark.parametrize(
    ("study", "step", "cfg", "wildcards", "path", "change", "factor"),
    [(study, *case) for study, cases in CASES.items() for case in cases],
)
def test_work_grows_as_it_should(study, step, cfg, wildcards, path, change, factor):
    check_growth(WORKING[study][step], cfg, wildcards, path, change, factor)


# A job without a batch of seeds, such as one that tunes rates, does the same work for all.
@pytest.mark.parametrize(
    ("study", "step", "cfg", "wildcards"),
    [
        (study, *case)
        for study, cases in CASES.items()
        for case in {each[0]: each[:3] for each in cases}.values()
        if "seeds" in case[2]
    ],
)
def test_work_grows_with_seeds(study, step, cfg, wildcards):
    check_seeds(WORKING[study][step], cfg, wildcards)


@pytest.mark.parametrize("study", WORKING)
def test_every_step_is_here(study):
    assert {step for step, *_ in CASES[study]} == set(WORKING[study])
