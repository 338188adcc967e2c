"""The report as one self-contained HTML page: a pure function of what it shows."""

import base64
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow_scripts.evidence.claims.row import Entry, Numbers, Verdict
from workflow_scripts.evidence.report import numbers
from workflow_scripts.evidence.report.cost import Cost
from workflow_scripts.evidence.report.interval import Bar, bar
from workflow_scripts.evidence.report.records import Ledger, Provenance, Stage
from workflow_scripts.evidence.report.study_page import Explanation, Figure, Published, StudyPage

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class StudySection:
    """Everything that the page shows of one study; `drawings` are SVG bytes, one a figure."""

    name: str
    words: StudyPage
    claims: tuple[Entry, ...]
    drawings: tuple[bytes, ...]
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None
    stages: tuple[Stage, ...]
    cfg: dict[str, Any]

    def illustrated(self) -> list[tuple[Figure, str]]:
        """Return each figure with its drawing as a data URI, in which nothing can script."""
        return [
            (figure, data_uri(drawing))
            for figure, drawing in zip(self.words.figures, self.drawings, strict=True)
        ]

    def published(self, claim: Entry) -> list[Published]:
        """Return the literature's own numbers for `claim`."""
        return [each for each in self.words.published if each.claim == claim.claim]

    def explanations(self, claim: Entry) -> list[Explanation]:
        """Return what is known of why `claim` got the verdict that it has."""
        of = (claim.claim, claim.verdict)
        return [each for each in self.words.explanations if (each.claim, each.verdict) == of]


@dataclass(frozen=True)
class PageContext:
    """Everything that the page shows; `costs` are by study, or by folder for what all share."""

    ledger: Ledger
    studies: tuple[StudySection, ...]
    provenance: Provenance
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None

    def costs_by_title(self) -> dict[str, Cost]:
        """Return the cost of each study by its title, and of what all studies share by its name."""
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
    )


def estimate_of(measured: Numbers) -> tuple[str, str]:
    """Return an estimate with its unit, and its interval, as text."""
    return numbers.estimate(measured.estimate, measured.low, measured.high, measured.unit)


def bar_of(claim: Entry) -> Bar | None:
    """Return the interval bar of a claim, None where it has no estimate.

    A control of another unit has no place on the claim's axis and is left to the text.
    """
    control = claim.control_side if claim.control_side.unit == claim.unit else Numbers()
    return bar(claim, control, claim.margin)


def data_uri(drawing: bytes) -> str:
    """Return SVG bytes as a data URI for `<img>`."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")


def slug(*names: str) -> str:
    """Return an anchor made of `names`: lower-case letters, digits and hyphens."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names)


def portable(value: Any) -> str:
    """Return `value` as text, an absolute path cut to its last part: it names no one's machine."""
    text = str(value)
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(text).is_absolute():
            return kind(text).name
    return text


def as_yaml(content: dict[str, Any]) -> str:
    """Return a configuration as YAML, keys in order, numbers in their exact form."""
    text = yaml.safe_dump(content, sort_keys=True, allow_unicode=True, default_flow_style=None)
    return text.strip()
