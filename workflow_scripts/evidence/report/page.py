"""The report as an HTML page: a pure function of what it shows and of the folder it lies in."""

import base64
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow_scripts.evidence import numbers
from workflow_scripts.evidence.claims.row import Entry, Numbers, Part, Verdict
from workflow_scripts.evidence.report.comparison import Comparison
from workflow_scripts.evidence.report.context import PageContext, StudySection
from workflow_scripts.evidence.report.interval import Bar, bar
from workflow_scripts.evidence.report.records import Exhibit
from workflow_scripts.evidence.report.undecided import about, deciding
from workflow_scripts.evidence.report.words import Figure

HELD = {
    Verdict.SUPPORTED: "holds",
    Verdict.CONTRADICTED: "fails",
    Verdict.UNDECIDED: "none",
    Verdict.CONTROL_FAILED: "none",
    Verdict.NOT_AT_SCALE: "none",
    Verdict.NOT_RUN: "none",
}
"""Style-sheet classes of a part that satisfies its rule, or does not."""
_FOLDER = Path(__file__).parent


def render(
    page_context: PageContext,
    folder: str | Path = ".",
    embed: bool = False,
    paper: str | None = None,
) -> str:
    """Return the page as HTML: equal contexts give equal bytes, and all text is escaped.

    `folder` is the one that the page will lie in: figures, tables and code are linked from there.
    With `embed` the figures are inside the page, and it links to no file beside it. `paper` is the
    path of the paper, if there is one.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        slug=slug,
        portable=portable,
        yaml=as_yaml,
        number=numbers.number,
        counted=numbers.counted,
        exact=numbers.exact,
        bound=numbers.bound,
        seconds=numbers.seconds,
        megabytes=numbers.megabytes,
        percent=numbers.percent,
    )
    script = (_FOLDER / "script.js").read_text(encoding="utf-8")
    return environment.get_template("template.html.j2").render(
        page=page_context,
        style=Markup((_FOLDER / "style.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_digest=digest_of(script),
        link=_linker(page_context, folder, embed),
        embed=embed,
        paper=None if embed else paper,
        about=about,
        anchor_of=anchor_of,
        bar_of=bar_of,
        deciding=deciding,
        estimate_of=estimate_of,
        figure_id=figure_id,
        looks_of=looks_of,
        parts_of=parts_of,
        seeds_wanted=seeds_wanted,
        standing_of=standing_of,
        theirs_of=theirs_of,
        HELD=HELD,
    )


def _linker(
    page_context: PageContext, folder: str | Path, embed: bool
) -> Callable[[str], str | None]:
    """Return a function from a path in the repository to its address; None if there is none.

    Code is linked at its commit where the repository has an address; results lie beside the page.
    """

    def link(path: str) -> str | None:
        result = path.startswith("results/") or os.path.isabs(path)
        if not result and (address := page_context.colophon.source(path)):
            return address
        if embed:
            return page_context.colophon.source(path) or None
        return quote(Path(os.path.relpath(path, folder)).as_posix())

    return link


def digest_of(script: str) -> str:
    """Return the source of a content policy that lets this script run and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def figure_id(study: StudySection, figure: Figure) -> str:
    """Return the anchor of a figure: its study and its file, which a new study does not move."""
    return slug(study.name, figure.stem, "figure")


def theirs_of(comparison: Comparison) -> str:
    """Return how our number lies to theirs: "same quantity, same direction, 0.7 times theirs"."""
    if not comparison.published.same:
        return "another quantity"
    words = ["same quantity"]
    if comparison.same_direction is not None:
        words.append("same direction" if comparison.same_direction else "the other direction")
    if comparison.ratio is not None:
        words.append(f"{numbers.number(comparison.ratio, 2)} times theirs")
    return ", ".join(words)


def estimate_of(measured: Numbers) -> tuple[str, str]:
    """Return an estimate with its unit, and its interval, as text."""
    return numbers.estimate(measured.estimate, measured.low, measured.high, measured.unit)


def bar_of(claim: Entry) -> Bar | None:
    """Return the interval bar of a claim, None if it has no estimate.

    A control in another unit does not fit the claim's axis and appears in the text only.
    """
    control = claim.control_side if claim.control_side.unit == claim.unit else Numbers()
    return bar(claim, control, claim.margin)


def looks_of(claim: Entry) -> str:
    """Return the looks of a claim, the one shown, and the level at each, as text."""
    looks = ", ".join(numbers.number(look) for look in claim.looks)
    confidence = f"{numbers.exact(round(100 * (1 - claim.alpha), 6))}\u00a0%" if claim.alpha else ""
    shown = f"; shown is the look at {numbers.number(claim.look)}" if claim.look else ""
    return f"{looks} seeds{shown}, with {confidence} confidence" if confidence else looks


def anchor_of(claim: Entry | Exhibit) -> str:
    """Return the anchor of a claim on the page."""
    return slug(claim.study, claim.claim)


def standing_of(claim: Entry) -> tuple[str, str]:
    """Return the outcome of the control, as a style-sheet class and in words."""
    if claim.control_holds is None:
        return "none", "not judged" if claim.control else "none"
    return ("holds", "holds") if claim.control_holds else ("fails", "does not hold")


def seeds_wanted(claim: Entry) -> int | None:
    """Return how many seeds would decide an open claim, unless its reason already says so."""
    said = re.search(rf"\b{claim.seeds_needed}\b", claim.reason)
    return None if said else claim.seeds_needed


def parts_of(claim: Entry) -> list[tuple[Part, bool]]:
    """Return all parts, each with whether it is the control's; empty if each side has one."""
    ours, control = claim.parts, claim.control_side.parts
    if max(len(ours), len(control)) < 2:
        return []
    return [*((part, False) for part in ours), *((part, True) for part in control)]


def slug(*names: str) -> str:
    """Return an anchor made of `names`: lower-case letters, digits and hyphens."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names)


def portable(value: Any) -> str:
    """Return `value` as text, an absolute path cut to its last part: it identifies no machine."""
    text = str(value)
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(text).is_absolute():
            return kind(text).name
    return text


def as_yaml(content: dict[str, Any]) -> str:
    """Return a configuration as YAML, keys in order, numbers in their exact form."""
    text = yaml.safe_dump(content, sort_keys=True, allow_unicode=True, default_flow_style=None)
    return text.strip()
