"""What must hold of the words of every study, whatever comes out of its claims."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.evidence.report.example import PAGE, results
from tests.studies.study_example import examples
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.claims.row import Entry, Verdict
from workflow_scripts.evidence.report.build import main
from workflow_scripts.evidence.report.effect import effect_of
from workflow_scripts.evidence.report.study_page import read_study_page
from workflow_scripts.operation.configuration.load import load_configuration

EXAMPLES = examples()
SETTINGS = {
    scale: load_configuration(PACKAGE.parent / "config", {"scale": scale}).model_dump(mode="json")
    for scale in ("smoke", "laptop", "paper")
}
every_study = pytest.mark.parametrize("study", EXAMPLES)


def words_of(study, scale="laptop"):
    return read_study_page(PACKAGE / "studies" / study / "page.yaml", SETTINGS[scale][study])


@every_study
def test_every_claim_has_words_and_every_figure_names_claims_that_exist(study):
    for scale in SETTINGS:
        words = words_of(study, scale)
        assert [each.claim for each in words.claims] == EXAMPLES[study].ids
    named = {claim for figure in words.figures for claim in figure.claims}
    assert named <= set(EXAMPLES[study].ids)


@pytest.mark.thorough
@every_study
def test_every_effect_can_be_said_whether_the_claim_holds_or_not(study):
    example, words = EXAMPLES[study], words_of(study)
    spoken = {each.claim: each for each in words.claims}
    true = example.judged({})
    for claim, worlds in example.reversed.items():
        texts = set()
        for row in (true[claim], *(example.judged_alone(claim, world) for world in worlds)):
            entry = Entry(**vars(row))
            text = effect_of(entry, spoken[claim], SETTINGS["laptop"][study])
            assert text is None or re.fullmatch(r"[A-Z0-9−].*[^.]\.", text), text
            texts.add(text)
        assert effect_of(Entry(**vars(true[claim])), spoken[claim], SETTINGS["laptop"][study])
        assert len(texts) > 1, f"{claim}: the same is said of different numbers"


@every_study
def test_published_numbers_of_the_same_quantity_name_a_part_in_its_unit(study):
    rows = EXAMPLES[study].judged({})
    for each in words_of(study).published:
        if each.same:
            parts = {part.name: part for part in rows[each.claim].parts}
            assert parts[each.part].unit == each.unit, each


def page_of(folder, rows, decides):
    step = results(folder, [row.as_dict() for row in rows], decides=decides)
    main(step)
    return Path(step.output[0]).read_text(encoding="utf-8")


def flat(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_of_tables_that_were_turned_round_the_page_says_contradicted_everywhere(tmp_path):
    example = EXAMPLES["lottery"]
    false = example.judged_alone("not-structure", example.reversed["not-structure"][0])
    rows = [false if row.claim == false.claim else row for row in example.judged({}).values()]
    page = page_of(tmp_path, rows, decides=True)
    (that,) = [each.that for each in words_of("lottery").claims if each.claim == "not-structure"]
    answer = flat(page[page.index('class="answer"') : page.index("Question</h3>")])
    assert f"The data contradict that {that}." in answer
    article = page[page.index('id="lottery-not-structure" ') :]
    assert flat(article[article.index("<h4") : article.index("</h4>")]).startswith("contradicted")
    figure = page[page.index('id="lottery-accuracy-figure"') :]
    caption = flat(figure[: figure.index("</figure>")])
    assert f"Contradicted: it is not so that {that}." in caption
    assert f"Supported: {that}" not in flat(page)
    assert f"hold: that {that}" not in flat(page)
    row = page[page.index('id="ledger"') :]
    row = row[row.index("#lottery-not-structure") :]
    assert "contradicted" in flat(row[: row.index("</tr>")])


def test_where_nothing_is_decided_no_sentence_claims_an_effect(tmp_path):
    rows = EXAMPLES["lottery"].judge(EXAMPLES["lottery"].tables(), decides=False).values()
    assert {row.verdict for row in rows} == {Verdict.NOT_RUN}
    page = page_of(tmp_path, rows, decides=False)
    assert 'class="effect"' not in page
    text = flat(page)
    for said in (
        "Supported:",
        "Contradicted:",
        "claims hold",
        "claim holds",
        "The data contradict",
    ):
        assert said not in text
    assert "Nothing is decided at this scale" in text
    assert text.count("Not judged at this scale: ") == sum(
        len(figure.claims)
        for figure in read_study_page(PAGE, SETTINGS["laptop"]["lottery"]).figures
    )
