import re

import pytest
import yaml

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.paper.references import Bibliography, escaped, parsed
from workflow_scripts.evidence.report.words import Reference
from workflow_scripts.studies.registry import REGISTERED

PAPER = Reference(
    key="Frankle & Carbin 2019", text="Winning: A Title. ICLR.", url="https://arxiv.org/abs/1.5v5"
)


@pytest.mark.parametrize(
    ("text", "authors", "title", "venue"),
    [
        (
            "A. R. Barron. Universal bounds. IEEE 39.",
            ["A. R. Barron"],
            "Universal bounds",
            "IEEE 39",
        ),
        (
            "J.-P. Berrut, L. N. Trefethen. Is it Good? NeurIPS.",
            ["J.-P. Berrut", "L. N. Trefethen"],
            "Is it Good?",
            "NeurIPS",
        ),
        ("H. Ramsauer et al. All You Need. ICLR.", ["H. Ramsauer et al."], "All You Need", "ICLR"),
        (
            "A. Curth, M. van der Schaar, et al. A U-turn.",
            ["A. Curth", "M. van der Schaar et al."],
            "A U-turn",
            "",
        ),
        ("Only a Title. ICML.", ["Key", "Other"], "Only a Title", "ICML"),
    ],
)
def test_a_citation_is_cut_into_authors_title_and_venue(text, authors, title, venue):
    reference = Reference(key="Key & Other 2020", text=text, url="https://a.b")
    assert parsed(reference) == (authors, title, venue)


def test_a_paper_of_two_studies_is_one_entry_and_two_papers_of_one_name_are_two():
    again = PAPER.model_copy(update={"url": "https://arxiv.org/abs/1.5"})
    other = PAPER.model_copy(update={"url": "https://arxiv.org/abs/9.9", "text": "Another. X."})
    papers = Bibliography({"a": [PAPER], "b": [again], "c": [other]})
    assert len(papers) == 2
    keys = re.findall(r"@article\{(.+),", papers.bibtex())
    assert keys == ["frankle-carbin-2019", "frankle-carbin-2019-also-1"]
    assert [run.key for run in papers.cited("b", PAPER.key)] == [keys[0]]
    assert [run.key for run in papers.cited("c", PAPER.key)] == [keys[1]]


def test_a_source_is_cut_after_the_papers_that_it_names():
    longer = Reference(key="Frankle & Carbin 2019b", text="B. C.", url="https://b.c")
    papers = Bibliography({"lottery": [PAPER, longer]})
    runs = papers.cited(
        "lottery", "see Frankle & Carbin 2019, Figs. 3–4; Frankle & Carbin 2019b; X"
    )
    assert [(run.text, run.key) for run in runs] == [
        ("see Frankle & Carbin 2019", "frankle-carbin-2019"),
        (", Figs. 3–4; Frankle & Carbin 2019b", "frankle-carbin-2019b"),
        ("; X", None),
    ]
    assert [run.key for run in papers.cited("another study", PAPER.key)] == [None]


def test_special_letters_stand_for_themselves():
    assert escaped("a_b {c} 5 % \\") == r"a\_b \{c\} 5 \% \textbackslash{}"


@pytest.mark.parametrize("study", REGISTERED)
def test_every_citation_of_a_study_has_authors_title_and_year(study):
    words = yaml.safe_load((PACKAGE / REGISTERED[study].page).read_text())
    references = [Reference(**each) for each in words["references"]]
    papers = Bibliography({study: references})
    for reference in references:
        authors, title, _ = parsed(reference)
        assert all(authors)
        assert len(title) > 5
        (run,) = papers.cited(study, reference.key)
        entry = papers.bibtex().split(f"@article{{{run.key},")[1].split("\n}")[0]
        assert re.search(r"year = \{\d{4}\}", entry)
