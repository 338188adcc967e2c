"""The files of settings fit their schemas, and slips do not."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from workflow_scripts.operation.configuration.reference import ROOT, files
from workflow_scripts.operation.configuration.schema import schemas

CONFIG = ROOT / "config"
FILES = sorted(CONFIG.rglob("*.yaml"))
MARK = "# yaml-language-server: $schema="


def schema_of(file: Path):
    first = file.read_text().splitlines()[0]
    assert first.startswith(MARK), file
    return json.loads((file.parent / first.removeprefix(MARK)).read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CONFIG)))
def test_a_file_fits_the_schema_in_its_first_line(file):
    schema = schema_of(file)
    Draft202012Validator.check_schema(schema)
    content = yaml.safe_load(file.read_text())
    assert content
    assert list(Draft202012Validator(schema).iter_errors(content)) == []


@pytest.mark.parametrize(
    "slip",
    [
        {"studis": ["lottery"]},
        {"device": "gpu"},
        {"lottery": {"chains": {"lenet": {"levles": 3}}}},
        {"lottery": {"chains": {"lenet": {"levels": "many"}}}},
    ],
)
def test_a_slip_does_not_fit(slip):
    assert list(Draft202012Validator(schemas()["config"]).iter_errors(slip))


def test_a_file_of_ones_own_may_hold_a_part():
    mine = {"name": "mine", "lottery": {"chains": {"lenet": {"training": {"steps": 5}}}}}
    assert not list(Draft202012Validator(schemas()["config"]).iter_errors(mine))


@pytest.mark.parametrize("name", sorted(files()))
def test_what_is_generated_is_committed(name):
    assert (ROOT / name).read_text() == files()[name], "make format"
