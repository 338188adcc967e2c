import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from tests.evidence.report.example import CFG, claims, results
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry
from workflow_scripts.evidence.report.build import main
from workflow_scripts.evidence.report.page import (
    _FOLDER,
    digest_of,
    portable,
    seeds_wanted,
    slug,
)
from workflow_scripts.evidence.report.study_page import read_study_page, settings_digest
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES

UNEXPECTED = ("contradicted", "control failed")
RESULTS = PACKAGE.parent / "results" / "laptop"

VOID = {"meta", "link", "img", "br", "line", "circle", "path", "input"}


def build(folder, **changed):
    step = results(folder, **changed)
    main(step)
    return Path(step.output[0]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return build(tmp_path_factory.mktemp("report"))


class Structure(HTMLParser):
    """Collects what the tests ask about and fails on tags that do not match."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.headings, self.links, self.tags = [], [], [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_well_formed_with_headings_in_order_and_links_that_lead_somewhere(page):
    seen = Structure(page)
    assert len(seen.ids) == len(set(seen.ids))
    assert seen.headings[0] == 1
    assert seen.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(seen.headings))
    inner = {link[1:] for link in seen.links if link.startswith("#")}
    assert inner <= set(seen.ids)
    assert "lottery-matching-ticket" in inner


def test_nothing_is_loaded_from_elsewhere_and_one_known_script_can_run(page):
    seen = Structure(page)
    sources = [given["src"] for _, given in seen.tags if "src" in given]
    assert sources
    assert all(source.startswith("results/laptop/lottery/figures/") for source in sources)
    assert not {tag for tag, _ in seen.tags} & {"iframe", "object", "embed", "form"}
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = next(given for tag, given in seen.tags if "http-equiv" in given)["content"]
    assert policy.startswith("default-src 'none'; img-src 'self' file: data:; style-src")
    assert f"script-src '{digest_of(script)}'" in policy
    assert not [name for _, given in seen.tags for name in given if name.startswith("on")]


def test_who_shares_it_shows_a_figure_of_the_run(tmp_path, page):
    """Its address is relative: where the page will lie is not known."""
    named = {given.get("property", given.get("name")): given for _, given in Structure(page).tags}
    picture = named["og:image"]["content"]
    assert picture == "results/laptop/lottery/figures/accuracy.png"
    assert named["og:image:alt"]["content"]
    assert named["twitter:card"]["content"] == "summary_large_image"
    step = results(tmp_path)
    step.params.embed = True
    main(step)
    assert "og:image" not in Path(step.output[0]).read_text()


def test_as_one_file_it_holds_its_figures_and_links_to_no_file_beside_it(tmp_path):
    step = results(tmp_path)
    step.params.embed = True
    main(step)
    seen = Structure(Path(step.output[0]).read_text())
    assert {given["src"][:18] for _, given in seen.tags if "src" in given} == {"data:image/svg+xml"}
    assert not [link for link in seen.links if not link.startswith(("#", "https://", "data:,"))]


def test_every_claim_shows_its_verdict_estimate_control_and_the_published_number(page):
    for claim in claims():
        article = article_of(page, claim["claim"])
        assert f"</span> {claim['sentence']} <a" in article
        assert f">{claim['verdict']}</span>" in article
        assert page.count(f"> {claim['sentence']} <") + page.count(f">{claim['sentence']}<") == 2
    assert "0.34\u00a0pp [0.12,\u00a00.56]" in page
    assert "random mask of the same density in each layer" in page
    assert "−2.31\u00a0pp" in page
    assert "about 34 seeds would decide" in page
    assert "11.2\u00a0steps" in page
    assert ">3.6 %</span> of the weights remain" in page
    assert "early in training" in page


def test_a_claim_says_what_happened_in_words_by_its_sign(page):
    effect = "The ticket's test accuracy is {} that of masks shuffled within layers and {} that of"
    shown = effect.format("0.42\u00a0pp below", "3.10\u00a0pp above")
    assert html.escape(shown).replace("&#x27;", "&#39;") in article_of(page, "not-structure")
    assert 'class="effect"' not in article_of(page, "late-rewinding")  # it was not run


def test_the_number_that_decides_is_named_and_that_of_a_control_is_the_controls(page):
    assert "<dd>at the smallest loss: <span" in article_of(page, "not-reinitialised")
    failed = article_of(page, "iterative-beats-one-shot")
    assert '<dt>Deciding number</dt><dd>of the control: <span class="figures">0.90' in failed
    assert '<dt>The claim itself</dt><dd><span class="figures">1.90' in failed


def test_theirs_stand_beside_ours_with_direction_and_ratio_where_the_quantity_is_the_same(page):
    table = page[page.index('id="published"') :]
    (row,) = re.findall(
        r"<tr><th[^>]*><a href=\"#lottery-matching-ticket\">accuracy.*?</tr>", table, re.S
    )
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == [
        "+0.3 pp",
        "0.34\u00a0pp [0.12,\u00a00.56]",
        "yes",
        "1.1",
    ]
    (row,) = re.findall(r"<tr><th[^>]*><a href=\"#lottery-late-rewinding\">.*?</tr>", table, re.S)
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == ["2000", "another quantity", "–", "–"]


def test_figures_and_claims_lead_to_each_other_and_to_tables_and_code_at_the_commit(page):
    assert 'id="lottery-accuracy-figure"' in page
    article = article_of(page, "not-structure")
    assert '<a href="#lottery-accuracy-figure">figure 1</a>' in article
    assert '<a href="results/laptop/lottery/tables/levels.csv">levels.csv</a>' in article
    at = "https://code.example/nice/to-know/blob/0123456789abcdef0123456789abcdef01234567/"
    assert f'<a href="{at}workflow_scripts/studies/lottery/claims.py">code</a>' in article
    figure = page[
        page.index('id="lottery-accuracy-figure"') : page.index('id="lottery-early-figure"')
    ]
    for file in ("figures/accuracy.svg", "figures/accuracy.png", "tables/outcomes.csv"):
        assert f'href="results/laptop/lottery/{file}"' in figure
    assert '<a href="#lottery-not-structure">Contradicted: it is not so that' in figure


def test_who_made_it_of_which_commit_and_how_to_cite_it_stand_at_the_top(page):
    top = page[: page.index('id="verdicts"')]
    assert "The Nice to Know authors, A. B · commit " in top
    assert "<code>0123456789</code></a> of 2026-11-26 · licence MIT" in top
    assert "Version 0.1.0. Commit 0123456789, 2026-11-26" in top


def article_of(page, claim):
    start = page.index(f'id="lottery-{claim}" ')
    return page[start : page.index("</article>", start)]


def test_the_looks_the_levels_and_what_the_plan_promised_are_shown(page):
    assert "5, 10, 20 seeds; shown is the look at 10, with 99.64\u00a0% confidence" in page
    assert "planned power of the last look 97\u00a0%" in page
    assert "the next look is at 10 seeds" in page
    assert ">3.1\u202f×\u202f10⁻⁵</span> at this look, against 0.0036" in page
    assert "0.080 are therefore expected to be decided falsely" in page
    assert "Holm" not in page


def test_identities_and_counts_are_shown_without_a_verdict(page):
    shown = page[page.index("Identities and counts</h3>") :]
    assert "A mask of ones is no mask." in shown
    assert "does not hold" in shown
    assert "11 trainings" in shown
    assert page.count("Finding a ticket costs many full trainings.") == 1


def test_costs_overhead_and_provenance_are_shown_without_paths_of_the_machine(page):
    for cost in ("5\u00a0min 13\u00a0s", "4\u00a0min 50\u00a0s", "812\u00a0MB"):
        assert f">{cost}</td>" in page
    assert "took 4.1\u00a0% of the wall time" in page  # 1 - 300.1 / (312.5 + 0.4)
    assert "0123456789ab" in page
    assert "abababababab" in page
    assert "/home/somebody" not in page
    assert "<code>snakemake --config scale=laptop</code>" in page
    assert "<code>snakemake --configfile lottery-again.yaml lottery</code>" in page


def test_the_configuration_shown_is_one_to_run_again_with(page):
    shown = re.search(r'<pre class="configuration".*?><code>(.*?)</code>', page, re.DOTALL)[1]
    assert yaml.safe_load(html.unescape(shown)) == {"scale": "laptop", "lottery": CFG}


def test_equal_results_give_equal_bytes(tmp_path, page):
    assert build(tmp_path / "elsewhere") == page


def test_stale_results_are_announced_at_the_top(tmp_path, page):
    assert "other code or configuration" not in page
    stale = build(tmp_path, stale=("lottery_train: code changed", "<b>bold</b>"))
    assert stale.index("other code or configuration") < stale.index('id="verdicts"')
    assert "<li>lottery_train: code changed</li><li>&lt;b&gt;bold&lt;/b&gt;</li>" in stale


def test_an_explanation_stands_beside_the_verdict_that_it_explains_and_no_other(tmp_path):
    step = results(tmp_path)
    words = yaml.safe_load(Path(step.params.pages["lottery"]).read_text())
    here = {"scale": "laptop", "settings": settings_digest(CFG)}
    words["explanations"] = [
        {**here, "claim": claim, "verdict": "undecided", "text": f"Because {claim} <b>is so</b>."}
        for claim in ("learns-faster", "matching-ticket")
    ]
    page = with_words(step, tmp_path, words)
    assert page.count("Because learns-faster &lt;b&gt;is so&lt;/b&gt;.") == 1
    assert "Because matching-ticket" not in page  # it is supported
    assert "not checked for this run" not in page

    words["explanations"][0]["settings"] = "0123456789ab"
    assert "Written for other settings (these are " in with_words(step, tmp_path, words)
    words["explanations"][0]["scale"] = "paper"
    assert "Written for the scale paper, and not checked" in with_words(step, tmp_path, words)

    ledger = json.loads(Path(step.input.claims).read_text())
    Path(step.input.claims).write_text(json.dumps({**ledger, "decides": False}))
    main(step)
    assert "Because learns-faster" not in Path(step.output[0]).read_text()


def with_words(step, folder, words):
    (folder / "page.yaml").write_text(yaml.safe_dump(words))
    step.params.pages = {"lottery": str(folder / "page.yaml")}
    main(step)
    return Path(step.output[0]).read_text()


@pytest.mark.parametrize("study", STUDIES)
def test_every_committed_verdict_that_nobody_expected_is_explained(study):
    ledger = json.loads((RESULTS / "claims.json").read_text())
    settings = load_configuration(PACKAGE.parent / "config", {"scale": "laptop"}).model_dump(
        mode="json"
    )
    words = read_study_page(PACKAGE / "studies" / study / "page.yaml", settings[study])
    explained = {(each.claim, each.verdict) for each in words.explanations}
    ours = [claim for claim in ledger["claims"] if claim["study"] == study]
    assert ours
    unexpected = {(c["claim"], c["verdict"]) for c in ours if c["verdict"] in UNEXPECTED}
    assert unexpected <= explained <= {(c["claim"], c["verdict"]) for c in ours}
    digest = settings_digest(settings[study])
    assert all((each.scale, each.settings) == ("laptop", digest) for each in words.explanations)


def test_a_scale_that_decides_nothing_says_so(tmp_path):
    step = results(tmp_path)
    ledger = json.loads(Path(step.input.claims).read_text())
    Path(step.input.claims).write_text(json.dumps({**ledger, "decides": False, "scale": "smoke"}))
    main(step)
    assert "The scale smoke decides nothing." in Path(step.output[0]).read_text()


def test_text_stays_text(tmp_path):
    attack = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
    changed = [
        {**each, "sentence": attack, "control": attack, "reason": attack, "unit": attack}
        for each in claims()
    ]
    step = results(tmp_path, changed=changed)
    words = yaml.safe_load(Path(step.params.pages["lottery"]).read_text())
    attacked = with_words(step, tmp_path, {**words, "published": [], "subtitle": attack[:9]})
    assert attacked.count("<script") == 1
    seen = Structure(attacked)
    assert "onerror" not in {name for _, given in seen.tags for name in given}
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in attacked
    assert all("/figures/" in given["src"] for _, given in seen.tags if "src" in given)


def test_a_figure_title_with_quotes_and_markup_stays_text(tmp_path):
    step = results(tmp_path)
    folder = tmp_path / "lottery"
    folder.mkdir()
    words = Path(step.params.pages["lottery"]).read_text()
    words = words.replace("title: Early in training", "title: '\"><svg onload=alert(x)> ''q'''")
    words = words.replace("file: early.svg", 'file: "ea\'r\\"ly.svg"')
    (folder / "page.yaml").write_text(words)
    step.params.pages = {"lottery": str(folder / "page.yaml")}
    old = next(path for path in step.input.figures if path.endswith("early.svg"))
    new = Path(old).with_name("ea'r\"ly.svg")
    Path(old).rename(new)
    step.input["figures"] = [str(new) if path == old else path for path in step.input.figures]
    main(step)
    page = Path(step.output[0]).read_text()
    assert "&#34;&gt;&lt;svg onload=alert(x)&gt; &#39;q&#39;" in page
    assert not [given for _, given in Structure(page).tags if "onload" in given]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda step: step.input["figures"].pop(), "figures: needles.svg must be both"),
        (
            lambda step: step.params.pages.update(lottery="gone/page.yaml"),
            r"gone/page\.yaml is missing",
        ),
        (
            lambda step: Path(step.input.figures[0]).write_text("<svg"),
            r"accuracy\.svg is not a complete SVG",
        ),
        (
            lambda step: Path(step.input.claims).write_text(
                '{"scale": "laptop", "decides": true, "claims": []}'
            ),
            "claims: the ledger has no claim 'matching-ticket'; it has none",
        ),
        (
            lambda step: Path(step.input.claims).write_text('{"scale": 1, "decides": true}'),
            r"claims\.json, ",
        ),
    ],
)
def test_results_that_do_not_fit_are_named(tmp_path, spoil, message):
    step = results(tmp_path)
    spoil(step)
    with pytest.raises(UserError, match=message):
        main(step)


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [("about 34 seeds would decide", None), ("p is 0.134", 34), ("about 340 seeds", 34), ("", 34)],
)
def test_seeds_are_asked_for_where_the_reason_does_not_say_how_many(reason, wanted):
    entry = Entry(study="s", claim="c", sentence="C.", source="s", reason=reason, seeds_needed=34)
    assert seeds_wanted(entry) == wanted
    assert seeds_wanted(replace(entry, seeds_needed=None)) is None


def test_figures_are_counted_through_the_page(page):
    titles = re.findall(r"<strong>Figure (\d)\. ([^<]*)</strong>", page)
    assert [int(number) for number, _ in titles] == [1, 2, 3, 4, 5, 6]
    assert all(title.endswith((".", "?", "!")) for _, title in titles)


def test_what_was_registered_and_amended_is_shown(tmp_path):
    step = results(tmp_path)
    words = yaml.safe_load(Path(step.params.pages["lottery"]).read_text())
    words["registered"] = {"commit": "0123abcd", "date": "2026-11-26"}
    words["pilot"] = {"seeds": "9000–9004", "what": "It chose 3 rates."}
    words["amendments"] = [
        {
            "claim": "learns-faster",
            "when": "second registration",
            "what": "Ratios are <b>geometric</b>.",
            "why": "They were not.",
            "before": "undecided",
        }
    ]
    (tmp_path / "page.yaml").write_text(yaml.safe_dump(words))
    step.params.pages = {"lottery": str(tmp_path / "page.yaml")}
    main(step)
    page = Path(step.output[0]).read_text()
    assert "committed on 2026-11-26 as <code>0123abcd</code>" in page
    assert "Seeds 9000–9004 were a pilot" in page
    assert page.count("Ratios are &lt;b&gt;geometric&lt;/b&gt;.") == 1
    assert "The verdict before: undecided." in page


def test_portable_and_slug():
    assert portable("/home/somebody/clone") == "clone"
    assert portable("C:\\Users\\somebody") == "somebody"
    assert portable("results/laptop/x.csv") == "results/laptop/x.csv"
    assert slug("double_descent", "Epoch Wise!") == "double-descent-epoch-wise"


def _luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1])
def test_text_has_the_contrast_that_wcag_asks_for_in_light_and_dark(mode):
    style = (_FOLDER / "style.css").read_text()
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[mode]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for name in ("ink", "muted", "link", "supported", "contradicted", "undecided", "not-run"):
        assert _contrast(colours[name], colours["paper"]) >= 4.5, name
    for verdict in ("supported", "contradicted", "undecided", "not-run"):
        assert _contrast(colours[verdict], colours[f"{verdict}-wash"]) >= 4.5, verdict
    for mark in ("ours", "other"):
        assert _contrast(colours[mark], colours["paper"]) >= 3, mark


def test_the_page_leads_to_the_paper_where_there_is_one(tmp_path, page):
    assert "the paper (PDF)" not in page
    step = results(tmp_path)
    step.params.paper = str(tmp_path / "paper.pdf")
    main(step)
    assert '<a href="paper.pdf">the paper (PDF)</a>' in Path(step.output[0]).read_text()
