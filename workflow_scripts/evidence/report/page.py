"""The report as one self-contained HTML page: a pure function of what it shows."""

import base64
import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow_scripts.evidence import numbers
from workflow_scripts.evidence.claims.row import Entry, Numbers, Part, Verdict
from workflow_scripts.evidence.report.cost import Cost
from workflow_scripts.evidence.report.interval import Bar, bar
from workflow_scripts.evidence.report.records import Exhibit, Ledger, Provenance, Stage
from workflow_scripts.evidence.report.study_page import (
    Amendment,
    Explanation,
    Figure,
    Published,
    StudyPage,
)

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


@dataclass(frozen=True)
class StudySection:
    """Everything that the page shows of one study; `drawings` are SVG bytes, one per figure."""

    name: str
    words: StudyPage
    claims: tuple[Entry, ...]
    exhibits: tuple[Exhibit, ...]
    drawings: tuple[bytes, ...]
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None
    stages: tuple[Stage, ...]
    cfg: dict[str, Any]

    def illustrated(self, first: int) -> list[tuple[int, Figure, str]]:
        """Return number, text and drawing of each figure, numbered from `first`.

        A drawing is a data URI, in which scripts cannot run.
        """
        shown = zip(self.words.figures, self.drawings, strict=True)
        return [(at, figure, data_uri(drawn)) for at, (figure, drawn) in enumerate(shown, first)]

    def published(self, claim: Entry) -> list[Published]:
        """Return the literature's own numbers for `claim`."""
        return [each for each in self.words.published if each.claim == claim.claim]

    def explanations(self, claim: Entry) -> list[Explanation]:
        """Return what is known about why `claim` got its verdict."""
        of = (claim.claim, claim.verdict)
        return [each for each in self.words.explanations if (each.claim, each.verdict) == of]

    def amendments(self, claim: Entry) -> list[Amendment]:
        """Return what was changed about `claim` after data."""
        return [each for each in self.words.amendments if each.claim == claim.claim]


@dataclass(frozen=True)
class PageContext:
    """Everything that the page shows; `costs` by study, or by folder for shared work."""

    ledger: Ledger
    studies: tuple[StudySection, ...]
    provenance: Provenance
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None

    def illustrated(self) -> list[tuple[StudySection, list[tuple[int, Figure, str]]]]:
        """Return each study with its figures, which are numbered across the whole page."""
        before = [0, *accumulate(len(study.words.figures) for study in self.studies)]
        return [
            (study, study.illustrated(1 + drawn))
            for study, drawn in zip(self.studies, before, strict=False)
        ]

    def costs_by_title(self) -> dict[str, Cost]:
        """Return the cost of each study by its title, and of shared work by its name."""
        titles = {study.name: study.words.title for study in self.studies}
        owners = [*filter(self.costs.__contains__, titles), *sorted(set(self.costs) - set(titles))]
        return {titles.get(owner, owner.capitalize()): self.costs[owner] for owner in owners}

    def verdict_counts(self) -> list[tuple[Verdict, int]]:
        """Return how many claims got each verdict, in the fixed order of the verdicts."""
        counted = Counter(claim.verdict for claim in self.ledger.claims)
        return [(verdict, counted[verdict]) for verdict in Verdict]


def render(page_context: PageContext) -> str:
    """Return the page as HTML: equal contexts give equal bytes, and all text is escaped."""
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
        seconds=numbers.seconds,
        megabytes=numbers.megabytes,
        percent=numbers.percent,
    )
    template = environment.get_template("template.html.j2")
    style = Markup((_FOLDER / "style.css").read_text(encoding="utf-8"))
    return template.render(
        page=page_context,
        style=style,
        bar_of=bar_of,
        estimate_of=estimate_of,
        anchor_of=anchor_of,
        looks_of=looks_of,
        standing_of=standing_of,
        seeds_wanted=seeds_wanted,
        parts_of=parts_of,
        HELD=HELD,
    )


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


def data_uri(drawing: bytes) -> str:
    """Return SVG bytes as a data URI for `<img>`."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")


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
