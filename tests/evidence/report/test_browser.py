import shutil
from pathlib import Path

import pytest

from tests.evidence.report.example import claims, results
from workflow_scripts.evidence.report.build import main

pytestmark = pytest.mark.browser

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


@pytest.fixture(params=[(375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")])
def tab(request, browser, address):
    width, scheme = request.param
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("requestfailed", lambda request: faults.append(request.url[:80]))
    opened.goto(address)
    yield opened, faults
    opened.close()


def test_opens_without_an_error_and_every_image_loads(tab):
    opened, faults = tab
    widths = opened.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    assert faults == []
    assert len(widths) == 6
    assert all(width > 0 for width in widths)


def test_the_verdict_table_comes_first_and_holds_every_claim(tab):
    opened, _ = tab
    assert opened.locator("main table").first.get_attribute("class") == "verdicts"
    rows = opened.get_by_role("table").first.get_by_role("row")
    assert rows.count() == len(claims()) + 2  # the head and the study's own row
    for claim in claims():
        row = rows.filter(has_text=claim["sentence"])
        assert claim["verdict"] in row.inner_text()


def test_the_page_does_not_scroll_sideways_also_with_everything_unfolded(tab):
    opened, _ = tab
    opened.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    wide, inner = opened.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= inner


def test_figures_keep_a_white_ground_in_dark_mode(tab):
    opened, _ = tab
    ground = opened.eval_on_selector(".drawing", "one => getComputedStyle(one).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_contents_lead_to_their_sections_and_stay_in_sight_on_a_desktop(tab):
    opened, _ = tab
    opened.locator(".contents a", has_text="Winning tickets").click()
    assert opened.locator("#lottery-title").is_visible()
    top = opened.eval_on_selector("#lottery", "one => one.getBoundingClientRect().top")
    assert 0 <= top < 200
    seen = opened.eval_on_selector(".contents", "one => one.getBoundingClientRect().bottom > 0")
    assert seen == (opened.viewport_size["width"] >= 1056)


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
