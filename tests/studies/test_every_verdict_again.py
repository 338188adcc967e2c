"""Every verdict of the committed ledger follows from the committed tables, by other code."""

import importlib
import json

import pandas as pd
import pytest

from tests.studies.again import LOOKS, verdict
from tests.studies.study_example import examples
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.operation.configuration.load import load_configuration

EXAMPLES = examples()
RESULTS = PACKAGE.parent / "results" / "laptop"
SETTINGS = load_configuration(PACKAGE.parent / "config", {"scale": "laptop"})
CLAIMS = [(study, claim) for study, example in EXAMPLES.items() for claim in example.ids]
each_claim = pytest.mark.parametrize(("study", "claim"), CLAIMS)


def again(study, claim, tables, seeds):
    """The verdict by other code, of claims that the scale laptop can decide."""
    module = importlib.import_module(f"tests.studies.{study}.{study}_again")
    return verdict(
        module.AGAIN[claim](tables), seeds, getattr(module, "LOOKS_OF", {}).get(claim, LOOKS)
    )


def configured(study, claim):
    """The number of seeds that the laptop run has for a claim."""
    value = SETTINGS.model_dump(mode="json")[study]
    for part in EXAMPLES[study].claims[claim].seeds.split("."):
        value = value[part]
    return sum(len(seeds_of(batch)) for batch in value)


@each_claim
def test_the_committed_verdict_is_that_of_the_committed_tables(study, claim):
    rows = json.loads((RESULTS / "claims.json").read_text())["claims"]
    (row,) = [row for row in rows if (row["study"], row["claim"]) == (study, claim)]
    if row["verdict"] == "not at this scale":
        pytest.skip("not judged at this scale")
    names = EXAMPLES[study].claims_read
    tables = {name: pd.read_csv(RESULTS / study / "tables" / f"{name}.csv") for name in names}
    assert again(study, claim, tables, configured(study, claim)) == (row["verdict"], row["look"])


@pytest.mark.thorough
@each_claim
def test_other_code_says_the_same_of_made_up_tables(study, claim):
    example = EXAMPLES[study]
    worlds = [{}, *example.reversed[claim], *example.control_fails.get(claim, [])]
    for world in worlds:
        row = example.judged_alone(claim, world)
        if row.verdict.value in ("not run", "not at this scale"):
            continue
        seeds = len(example.claims.seeds(example.cfg, example.claims[claim].seeds))
        assert again(study, claim, example.tables(**world), seeds) == (row.verdict.value, row.look)
