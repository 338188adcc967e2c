import io
import json
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import typst
import yaml
from PIL import Image

from tests.evidence.paper.pdf_reader import Pdf
from tests.evidence.report.example import claims, results
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.paper.build import content_of, main
from workflow_scripts.evidence.paper.typesetting import TEMPLATE, clean, compiled
from workflow_scripts.evidence.report.build import read_context
from workflow_scripts.studies.registry import REGISTERED

LAPTOP = PACKAGE.parent / "results" / "laptop"
HOSTILE = '#panic("x") *b* _i_ $x$ @no <no> \\ ] } {{ run }} // c /* " \' ~ %p & ^'
MOST_PAGES = 40
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
MARGIN, FOOT = 44, 37
"""Points from the lower edge of a page: what is below the text, and the top of the line there."""
PAPER = 200
"""What is darker is ink."""


def build(folder, **changed):
    """The paper of a made-up run, as it is on the disk."""
    step = results(folder, **changed)
    step.output = [str(folder / "paper.pdf")]
    main(step)
    return Pdf(Path(step.output[0]).read_bytes())


def squeezed(text):
    """Text without what line breaks change: spaces and hyphens."""
    return re.sub(r"[\s\u00a0\u202f\u00ad-]", "", text)


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    return build(tmp_path_factory.mktemp("paper"))


@pytest.fixture(scope="module")
def text(paper):
    return squeezed(paper.text())


@pytest.fixture(scope="module")
def whole():
    """The paper of the committed results."""
    settings = json.loads((LAPTOP / "provenance.json").read_text())["settings"]
    studies = [study for study in REGISTERED.values() if study.name in settings]
    step = results_of(studies)
    return Pdf(compiled(*content_of(read_context(step)))), step


def results_of(studies):
    """What Snakemake hands to the step, of the committed results."""
    step = type("Step", (), {})()
    step.input = type("Input", (), {})()
    step.input.claims = str(LAPTOP / "claims.json")
    step.input.provenance = str(LAPTOP / "provenance.json")
    step.input.citation = str(PACKAGE.parent / "CITATION.cff")
    step.input.figures = [
        str(LAPTOP / study.name / "figures" / file) for study in studies for file in study.drawings
    ]
    step.params = type("Params", (), {})()
    step.params.pages = {study.name: str(PACKAGE / study.page) for study in studies}
    return step


def test_it_is_tagged_for_screen_readers_with_its_fonts_inside(paper):
    assert paper.tagged
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.content
    assert b"/Lang(en-GB)" in paper.content
    assert b"/Title(Nice to Know" in paper.content
    fonts = paper.fonts()
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {
        "LibertinusSerif",
        "DejaVuSansMono",
        "DejaVuSans",  # of the figures
    }
    assert all(fonts.values())


def test_every_claim_is_there_with_sentence_verdict_numbers_and_source(text):
    for claim in claims():
        assert squeezed(claim["claim"]) in text
        assert squeezed(claim["sentence"]) in text
        assert squeezed(claim["verdict"]) in text
    assert squeezed("0.34 pp [0.12, 0.56]") in text
    assert squeezed("random mask of the same density in each layer") in text
    assert squeezed("Frankle & Carbin 2019 [1], Figs. 3–4") in text
    assert "Notmeasured" in text  # the claim that was not run


def test_the_abstract_counts_the_verdicts(text):
    counted = (
        "At the scale laptop, 3 claims are supported, 1 is contradicted, 2 are undecided, 1 is"
    )
    assert squeezed(counted) in text
    contradicted = next(each for each in claims() if each["verdict"] == "contradicted")
    assert squeezed(f"Contradicted is “{contradicted['sentence'].rstrip('.')}”") in text


@pytest.mark.thorough
def test_nothing_reaches_into_the_margins(whole):
    """Pictures are moved to the next page where they would have to be cut to fit."""
    _, step = whole
    content, bibtex = content_of(read_context(step))
    inputs = {"content": json.dumps(clean(content)), "bibliography": clean(bibtex)}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, sys_inputs=inputs)
    pages = compiler.compile(format="png", ppi=72)  # a pixel is a point
    assert len(pages) > 20
    for number, page in enumerate(pages, 1):
        grey = np.asarray(Image.open(io.BytesIO(page)).convert("L"))
        height = len(grey)
        for band in (slice(height - MARGIN, height - FOOT), slice(height - FOOT + 12, height)):
            assert (grey[band] > PAPER).all(), f"page {number}"


def test_equal_results_give_equal_bytes(tmp_path, paper):
    assert build(tmp_path / "elsewhere").content == paper.content


def test_text_stays_text(tmp_path):
    changed = [
        {**each, "sentence": HOSTILE, "control": HOSTILE, "reason": HOSTILE, "part": HOSTILE}
        for each in claims()
    ]
    attacked = build(tmp_path, changed=changed)
    assert attacked.text().count("panic") >= len(changed)
    assert squeezed(HOSTILE) in squeezed(attacked.text())
    assert attacked.tagged


def test_hostile_words_of_a_study_and_of_its_literature_stay_text(tmp_path):
    step = results(tmp_path)
    step.output = [str(tmp_path / "paper.pdf")]
    words = yaml.safe_load(Path(step.params.pages["lottery"]).read_text())
    # No template of the page's own, and no number.
    harmless = HOSTILE.replace("{{ run }}", "{ run }")
    words |= {"title": harmless, "question": harmless}
    words["figures"][0] |= {"title": harmless, "caption": harmless, "alt": harmless}
    words["references"] += [
        {"key": f"{HOSTILE} 2019", "text": HOSTILE, "url": 'https://x.org/{}\\"#%7B'}
    ]
    (tmp_path / "page.yaml").write_text(yaml.safe_dump(words))
    step.params.pages = {"lottery": str(tmp_path / "page.yaml")}
    main(step)
    text = squeezed(Pdf(Path(step.output[0]).read_bytes()).text())
    assert text.count(squeezed(harmless)) >= 4
    assert squeezed(HOSTILE) in text  # among the references


def test_letters_that_most_fonts_lack_do_not_stop_a_run(tmp_path):
    changed = [{**each, "sentence": "漢字 \x07\u202e\ue000."} for each in claims()]
    paper = build(tmp_path, changed=changed)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.content
    assert any("LastResort" in name for name in paper.fonts())


def test_clean_keeps_text_and_drops_what_is_none():
    given = {"a": ["x\u202fy", "\x07z\u202e\ue000\ud800", None, 1]}
    assert clean(given) == {"a": ["x\u202fy", "z", None, 1]}


def test_a_run_that_decides_nothing_says_so_on_every_page(tmp_path):
    step = results(tmp_path)
    step.output = [str(tmp_path / "paper.pdf")]
    ledger = json.loads(Path(step.input.claims).read_text())
    ledger |= {"decides": False, "scale": "smoke"}
    Path(step.input.claims).write_text(json.dumps(ledger))
    main(step)
    paper = Pdf(Path(step.output[0]).read_bytes())
    text = squeezed(paper.text())
    assert text.count(squeezed("The scale smoke shows nothing")) > len(paper.pages)
    assert "notdecided" in text
    assert "Allclaimsononeaxis" not in text
    for line in paper.text().splitlines():
        assert line.strip() not in ("supported", "contradicted", "undecided")


def test_a_reversed_result_is_reversed_in_all_sentences(tmp_path):
    changed = [{**each, "verdict": "contradicted"} for each in claims()]
    text = squeezed(build(tmp_path, changed=changed).text())
    assert f"{len(changed)}claimsarecontradicted." in text
    assert "Stillopen" not in text


def test_stale_results_are_announced(tmp_path, text):
    assert "othercodeorconfiguration" not in text
    stale = squeezed(build(tmp_path, stale=("lottery_train: code changed",)).text())
    assert "othercodeorconfiguration" in stale


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda step: step.input["figures"].pop(), r"figures: needles\.svg must be both"),
        (lambda step: Path(step.input.figures[0]).unlink(), r"accuracy\.svg is missing"),
        (
            lambda step: Path(step.input.figures[0]).write_text("<svg"),
            r"accuracy\.svg is not a complete SVG",
        ),
    ],
)
def test_a_figure_that_is_missing_is_named_and_nothing_is_written(tmp_path, spoil, message):
    step = results(tmp_path)
    step.output = [str(tmp_path / "paper.pdf")]
    spoil(step)
    with pytest.raises(UserError, match=message):
        main(step)
    assert not list(tmp_path.glob("*.pdf*"))


def test_a_template_that_does_not_compile_is_named(tmp_path):
    template = tmp_path / "paper.typ"
    template.write_text("#nothing-of-this-name")
    with pytest.raises(UserError, match=r"paper\.typ does not compile: unknown variable"):
        compiled({}, "", template)


@pytest.mark.thorough
def test_the_committed_results_fit_into_a_readable_number_of_pages(whole):
    paper, step = whole
    assert len(paper.pages) <= MOST_PAGES
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.content
    text = squeezed(paper.text())
    ledger = json.loads(Path(step.input.claims).read_text())
    for claim in ledger["claims"]:
        assert squeezed(claim["claim"]) in text
        for part in [*claim["parts"], *claim["control_parts"]]:
            assert squeezed(part["name"]) in text
    for study in step.params.pages:
        assert squeezed(REGISTERED[study].title) in text


# A number in prose stands beside a word; one in code beside a sign or with its unit.
_UNITS = re.compile(r"\d+(?:\.\d+)?(?:pt|mm|em|fr|deg|%)")
_IN_PROSE = re.compile(r"[A-Za-z] +\d|\d +(?!and\b)[A-Za-z]")


def typed_into(template):
    code = re.sub(r"(?m)//.*$", "", template)
    return _IN_PROSE.findall(_UNITS.sub("", code))


def test_no_number_is_typed_into_the_template():
    templates = sorted(TEMPLATE.parent.glob("*.typ"))
    assert len(templates) > 1
    for template in templates:
        assert typed_into(template.read_text()) == []
    assert typed_into("[We have 59 claims.]")
    assert typed_into("[See Figure 3.]")
