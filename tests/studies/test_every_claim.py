"""What must hold of the claims of every study, shown on the made-up tables of its example."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.studies.study_example import examples
from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Verdict

EXAMPLES = examples()
SUPPORTED, CONTRADICTED, NOT_RUN = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_RUN
OPEN, CONTROL_FAILED = Verdict.UNDECIDED, Verdict.CONTROL_FAILED
NULL_KINDS = {"absent", "identical", "never", "random"}
every_study = pytest.mark.parametrize("study", EXAMPLES)


def in_full(number):
    """Marks of one of a claim's worlds: the first is always tried, the others in a thorough run."""
    return pytest.mark.thorough if number else ()


def each_world(kind):
    """Parametrise a test over the worlds that the studies have of a kind."""
    return pytest.mark.parametrize(
        ("study", "claim", "world"),
        [
            pytest.param(study, claim, world, id=f"{study}-{claim}-{number}", marks=in_full(number))
            for study, example in EXAMPLES.items()
            for claim, worlds in getattr(example, kind).items()
            for number, world in enumerate(worlds)
        ],
    )


def holding(example, claim):
    """What is said of a control that holds: nothing where there is none."""
    return True if example.claims[claim].control else None


def expected(example, claim, scale=None):
    """The verdict where all is true: none for what this scale cannot decide."""
    scales = example.claims[claim].scales
    decides = scales is None or (scale or example.cfg["scale"]) in scales
    return SUPPORTED if decides else Verdict.NOT_AT_SCALE


@every_study
def test_every_claim_has_worlds_against_it_and_every_control_too(study):
    example = EXAMPLES[study]
    assert example.claims.study == study
    assert list(example.reversed) == example.ids
    assert set(example.control_fails) == {claim.id for claim in example.claims if claim.control}
    assert all([*example.reversed.values(), *example.control_fails.values()])
    asked = {claim for claims in example.reads.values() for claim in claims}
    assert asked == set(example.ids)


@every_study
def test_where_all_is_true_every_claim_is_supported_and_every_control_holds(study):
    example = EXAMPLES[study]
    rows = example.judged({})
    assert {claim: (row.verdict, row.control_holds) for claim, row in rows.items()} == {
        claim: (expected(example, claim), holding(example, claim)) for claim in example.ids
    }, {claim: row.reason for claim, row in rows.items()}


@pytest.mark.thorough
@every_study
def test_a_verdict_depends_on_no_other_claim(study):
    """All tests of one world judge the claim alone that it is about."""
    example = EXAMPLES[study]
    rows = example.judged({})
    assert {claim: example.judged_alone(claim, {}) for claim in rows} == rows


@each_world("reversed")
def test_a_claim_is_contradicted_where_it_or_a_part_of_it_is_false(study, claim, world):
    row = EXAMPLES[study].judged_alone(claim, world)
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds is holding(EXAMPLES[study], claim)


@each_world("control_fails")
def test_no_claim_is_decided_where_its_control_fails(study, claim, world):
    row = EXAMPLES[study].judged_alone(claim, world)
    assert row.verdict is CONTROL_FAILED, row.reason
    assert row.control_holds is False
    assert "the control" in row.reason


@every_study
def test_every_claim_has_worlds_in_which_there_is_nothing(study):
    example = EXAMPLES[study]
    assert list(example.null) == example.ids
    for claim, worlds in example.null.items():
        assert {"absent", "identical"} <= set(worlds) <= NULL_KINDS, claim


@pytest.mark.parametrize(
    ("study", "claim", "kind"),
    [
        pytest.param(study, claim, kind, id=f"{study}-{claim}-{kind}", marks=in_full(number))
        for study, example in EXAMPLES.items()
        for claim, worlds in example.null.items()
        for number, kind in enumerate(worlds)
    ],
)
def test_no_claim_is_supported_where_there_is_nothing(study, claim, kind):
    example = EXAMPLES[study]
    row = example.judged_alone(claim, example.null[claim][kind])
    assert row.verdict is not SUPPORTED, row.reason


def damaged(example, kind):
    """What claims read where every one is true, with the second seed damaged in every table."""

    def of(table):
        if "seed" not in table:
            return table
        second = sorted(table["seed"].unique())[1]
        its = table["seed"] == second
        if kind == "copied":
            first = table[table["seed"] == table["seed"].min()]
            return pd.concat([table[~its], first.assign(seed=second)], ignore_index=True)
        if kind == "missing":
            return table[~its]
        if kind == "twice":
            return pd.concat([table, table[its]], ignore_index=True)
        # A position on a line is where, not what, was measured.
        measured = table.select_dtypes("float").columns.drop("position", errors="ignore")
        changed = table.copy()
        changed.loc[its, measured] = {"diverged": np.nan, "infinite": np.inf}[kind]
        return changed

    made = example.tables()
    return {name: of(made[name]) for name in example.reads}


@pytest.mark.parametrize("kind", ["copied", "missing", "twice"])
@every_study
def test_tables_that_the_seeds_cannot_have_given_are_refused(study, kind):
    example = EXAMPLES[study]
    tables = damaged(example, kind)
    with pytest.raises(UserError, match=study):
        example.judge(tables)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["diverged", "infinite"])
@every_study
def test_no_claim_is_decided_by_a_seed_that_has_no_numbers(study, kind):
    example = EXAMPLES[study]
    for claim, row in example.judge(damaged(example, kind)).items():
        assert row.verdict is not SUPPORTED, (claim, row.reason)


@each_world("on_the_margin")
def test_on_the_margin_nothing_is_decided(study, claim, world):
    assert EXAMPLES[study].judged_alone(claim, world).verdict is OPEN


@pytest.mark.thorough
@every_study
def test_claims_are_open_where_seeds_differ_by_more_than_any_effect(study):
    example = EXAMPLES[study]
    rows = example.judge(example.noisy())
    assert set(example.unsettled.values()) <= {OPEN, NOT_RUN}
    assert {claim: rows[claim].verdict for claim in example.unsettled} == example.unsettled


@pytest.mark.thorough
@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
@every_study
def test_without_a_table_its_claims_are_not_run_and_all_others_are_decided(study, empty):
    example = EXAMPLES[study]
    read = {name: table for name, table in example.tables().items() if name in example.reads}
    for name, claims in example.reads.items():
        made = {each: table for each, table in read.items() if each != name}
        rows = example.judge(made | ({name: read[name].head(0)} if empty else {}))
        lost = {claim for claim, row in rows.items() if row.verdict is NOT_RUN}
        assert lost == set(claims), name
        said = f"the table {name} is {'empty' if empty else 'missing'}"
        assert all(said in rows[claim].reason for claim in lost)
        assert {row.verdict for claim, row in rows.items() if claim not in lost} <= {SUPPORTED}


@every_study
def test_without_any_table_no_claim_is_run(study):
    assert {row.verdict for row in EXAMPLES[study].judge({}).values()} == {NOT_RUN}


@pytest.mark.thorough
@every_study
def test_the_smoke_scale_decides_nothing(study):
    example = EXAMPLES[study]
    rows = example.judge(example.tables(), decides=False)
    assert {row.verdict for row in rows.values()} == {NOT_RUN}
    assert [row.estimate for row in rows.values()] == [
        row.estimate for row in example.judged({}).values()
    ]


@pytest.mark.thorough
@every_study
def test_the_step_reads_its_tables_and_writes_the_claims(study, tmp_path):
    example = EXAMPLES[study]
    paths = example.written(tmp_path)
    verdicts = {claim: str(expected(example, claim, "laptop")) for claim in example.ids}
    for scale, found in (("laptop", verdicts), ("smoke", dict.fromkeys(verdicts, "not run"))):
        output = SimpleNamespace(claims=str(tmp_path / scale / "claims.json"))
        params = SimpleNamespace(cfg={**example.cfg, "scale": scale})
        job = SimpleNamespace(input=paths, output=output, params=params)
        example.module("claims").main(job)
        written = read_json(output.claims)
        rows = written.pop("claims")
        exhibits = written.pop("exhibits")
        assert [each["claim"] for each in exhibits] == [each.id for each in example.claims.exhibits]
        assert all(each["holds"] is not False for each in exhibits)
        assert written == {"study": study, "scale": scale, "decides": scale != "smoke"}
        assert [(row["claim"], row["verdict"]) for row in rows] == list(found.items())
        assert all(math.isfinite(row["estimate"]) for row in rows)


@every_study
def test_the_page_speaks_of_claims_that_there_are_and_knows_their_sources(study):
    example = EXAMPLES[study]
    page = yaml.safe_load((PACKAGE / "studies" / study / "page.yaml").read_text())
    exhibits = {exhibit.id for exhibit in example.claims.exhibits}
    for words in (page["published"], page["explanations"], page["amendments"]):
        assert {each["claim"] for each in words} <= {*example.ids, *exhibits}
    keys = {reference["key"] for reference in page["references"]}
    for claim in example.claims:
        assert any(key in claim.source for key in keys), claim.source
