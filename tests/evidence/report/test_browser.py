import shutil
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from tests.evidence.report.example import claims, results
from workflow_scripts.evidence.report.build import main

pytestmark = pytest.mark.browser
sync_axe = pytest.importorskip("axe_playwright_python.sync_playwright")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"no browser is installed (looked for {', '.join(names)})")
    with playwright.sync_playwright() as session:
        opened = session.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    step = results(tmp_path_factory.mktemp("browser"), stale=("lottery_train: code changed",))
    main(step)
    return Path(step.output[0]).as_uri()


@pytest.fixture(
    params=[(width, scheme) for width in (390, 1024, 1440) for scheme in ("light", "dark")],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def tab(request, browser, address):
    width, scheme = request.param
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.set_default_timeout(180_000)  # a busy machine is slow, and no fault of the page
    faults = []
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("requestfailed", lambda request: faults.append(request.url[:80]))
    opened.goto(address)
    yield opened, faults
    opened.close()


def until(opened, holds):
    """Wait until an expression is true; the page forbids the `eval` of `wait_for_function`."""
    for _ in range(1200):
        if opened.evaluate(holds):
            return
        opened.wait_for_timeout(100)
    raise AssertionError(f"it never holds: {holds}")


def unfold(opened):
    opened.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")


def test_opens_without_an_error_and_images_load_when_they_come_near(tab):
    opened, faults = tab
    lazy = opened.eval_on_selector_all("img", "all => all.map(one => one.loading)")
    assert lazy == ["lazy"] * 6
    sized = "all => all.every(one => one.width > 0 && one.height > 0)"
    assert opened.eval_on_selector_all("img", sized)  # before they are loaded
    opened.eval_on_selector_all("img", "all => all.forEach(one => one.loading = 'eager')")
    until(opened, "[...document.images].every(one => one.naturalWidth > 0)")
    assert faults == []


def test_the_overview_comes_first_and_the_ledger_holds_every_claim(tab):
    opened, _ = tab
    squares = opened.locator("#verdicts .square")
    assert squares.count() == len(claims())
    first = opened.eval_on_selector("#verdicts", "one => one.getBoundingClientRect().top")
    assert first < 900
    rows = opened.locator("#ledger tr.claim")
    assert rows.count() == len(claims())
    for claim in claims():
        assert claim["verdict"] in rows.filter(has_text=claim["sentence"]).inner_text()


def test_nothing_is_clipped_or_scrolls_sideways_also_with_everything_unfolded(tab):
    opened, _ = tab
    unfold(opened)
    wide, inner = opened.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= inner
    clipped = opened.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter(one => one.clientWidth > 1 && !one.closest("svg, thead"))
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                || (one.scrollWidth > one.clientWidth + 1
                    && (one.tagName === "TABLE" || getComputedStyle(one).overflowX !== "visible"))
                || (one.tagName === "TABLE"
                    && one.scrollWidth > one.parentElement.clientWidth + 1))
            .map(one => `${one.tagName}.${one.className}: ${one.scrollWidth}`)"""
    )
    assert clipped == []


def test_every_link_within_the_page_and_to_a_file_leads_somewhere(tab):
    opened, _ = tab
    lost = opened.evaluate(
        """() => [...document.querySelectorAll("a[href^='#']")].map(one => one.hash.slice(1))
            .filter(id => !document.getElementById(id))"""
    )
    assert lost == []
    files = opened.eval_on_selector_all("a", "all => all.map(one => one.href.split('#')[0])")
    local = {url2pathname(urlparse(file).path) for file in files if file.startswith("file:")}
    assert len(local) > 12
    assert [path for path in local if not Path(path).is_file()] == []


def test_the_ledger_can_be_filtered_by_verdict_study_and_words(tab):
    opened, _ = tab
    shown = opened.locator("#ledger tr.claim:visible")
    verdict, study, words = (
        opened.locator(f"[data-filter={name}]") for name in ("verdict", "study", "words")
    )
    verdict.select_option("contradicted")
    assert shown.count() == 1
    assert opened.locator("#ledger output").inner_text() == f"1 of {len(claims())} claims"
    words.fill("no such word")
    assert shown.count() == 0
    verdict.select_option("")
    words.fill("faster")
    study.select_option("lottery")
    assert shown.count() == 1


def test_contents_lead_to_their_sections_stay_in_sight_and_mark_the_current_one(tab):
    opened, _ = tab
    marked = opened.locator(".contents [aria-current]")
    assert marked.all_inner_texts() in ([], ["Overview"])
    opened.locator(".contents a", has_text="Winning tickets").click()
    until(
        opened,
        "document.querySelector('.contents [aria-current]')?.textContent === 'Winning tickets'",
    )
    top = opened.eval_on_selector("#lottery", "one => one.getBoundingClientRect().top")
    assert 0 <= top < 200
    left, right, bottom, width = opened.eval_on_selector(
        ".contents [aria-current]",
        "one => (({left, right, bottom}) => [left, right, bottom, innerWidth])"
        "(one.getBoundingClientRect())",
    )
    assert 0 <= left < right <= width
    assert bottom > 0


def test_figures_have_the_ground_of_the_page(tab):
    opened, _ = tab
    grounds = opened.evaluate(
        """() => [getComputedStyle(document.querySelector(".drawing")).backgroundColor,
            matchMedia("(prefers-color-scheme: dark)").matches]"""
    )
    assert grounds == (["rgb(22, 23, 26)", True] if grounds[1] else ["rgb(255, 255, 255)", False])


def test_axe_finds_no_fault(tab):
    opened, _ = tab
    unfold(opened)
    found = sync_axe.Axe().run(opened).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found] == []


def test_paper_is_white_and_keeps_the_table_also_for_a_reader_in_the_dark(browser, address):
    opened = browser.new_page(viewport={"width": 720, "height": 1000})
    opened.emulate_media(media="print", color_scheme="dark")
    opened.goto(address)
    look = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    assert opened.eval_on_selector("body", look) == ["rgb(255, 255, 255)", "rgb(29, 27, 24)"]
    shown = opened.eval_on_selector(".verdicts .claim", "one => getComputedStyle(one).display")
    assert shown == "table-row"
    assert not opened.locator(".contents").is_visible()
    opened.close()


def test_a_page_of_twelve_such_studies_is_no_more_than_two_megabytes_to_open(address):
    page = Path(url2pathname(urlparse(address).path)).stat().st_size
    assert 12 * page < 2_000_000  # figures come when they are scrolled to
