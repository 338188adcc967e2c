"""What the report shows, of each study and of the whole run; the page and the paper read it."""

import base64
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry, Verdict
from workflow_scripts.evidence.report.answer import ruling
from workflow_scripts.evidence.report.colophon import Colophon
from workflow_scripts.evidence.report.comparison import Comparison
from workflow_scripts.evidence.report.cost import Cost
from workflow_scripts.evidence.report.records import Exhibit, Ledger, Provenance, Stage
from workflow_scripts.evidence.report.study_page import settings_digest
from workflow_scripts.evidence.report.undecided import Open
from workflow_scripts.evidence.report.words import (
    Amendment,
    ClaimWords,
    Explanation,
    Figure,
    StudyPage,
)

_TAG = re.compile(rb"<svg[^>]*>")
_SIDES = [re.compile(rb'\b%s="([\d.]+)pt"' % side) for side in (b"width", b"height")]


@dataclass(frozen=True)
class Drawing:
    """A figure as drawn: its path from the folder of the run's working directory, and SVG bytes."""

    path: str
    svg: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in CSS pixels; UserError if the file does not say."""
        tag = _TAG.search(self.svg)
        sides = [side.search(tag.group()) for side in _SIDES] if tag else []
        points = [float(side.group(1)) for side in sides if side]
        if len(points) != len(_SIDES):
            raise UserError(f"{self.path} has no size: delete it and run snakemake again")
        return round(points[0] * 96 / 72), round(points[1] * 96 / 72)

    @property
    def png(self) -> str:
        """The path of the same figure as pixels."""
        return str(Path(self.path).with_suffix(".png"))

    def table(self, name: str) -> str:
        """The path of a table of the same study."""
        return str(Path(self.path).parents[1] / "tables" / f"{name}.csv")

    @property
    def data_uri(self) -> str:
        """The drawing inside an address, in which scripts cannot run."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode("ascii")


@dataclass(frozen=True)
class StudySection:
    """Everything that is shown of one study; `drawings` are those of `words.figures`, in order.

    `answer` are sentences, `effects` what was measured in words, by claim, and `opened` what would
    decide those that are not decided.
    """

    name: str
    words: StudyPage
    claims: tuple[Entry, ...]
    exhibits: tuple[Exhibit, ...]
    drawings: tuple[Drawing, ...]
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None
    stages: tuple[Stage, ...]
    cfg: dict[str, Any]
    folder: str = ""
    """Where the results of the study lie."""
    answer: tuple[str, ...] = ()
    effects: dict[str, str] = field(default_factory=dict)
    opened: dict[str, Open] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()

    @property
    def spoken(self) -> dict[str, ClaimWords]:
        """How each claim is spoken of, by claim."""
        return {each.claim: each for each in self.words.claims}

    def tally(self) -> list[tuple[Verdict, int]]:
        """Return how many claims got each verdict that occurs, in the fixed order of verdicts."""
        counted = Counter(claim.verdict for claim in self.claims)
        return [(verdict, counted[verdict]) for verdict in Verdict if counted[verdict]]

    def ruling(self, claim: Entry) -> str:
        """Return one sentence on a claim and its verdict."""
        return ruling(claim, self.spoken, self.opened.get(claim.claim))

    def decided_in(self, figure: Figure) -> list[Entry]:
        """Return the claims whose numbers are seen in a figure."""
        return [claim for claim in self.claims if claim.claim in figure.claims]

    def shown_in(self, claim: Entry) -> list[Figure]:
        """Return the figures in which the numbers of a claim are seen."""
        return [figure for figure in self.words.figures if claim.claim in figure.claims]

    def compared(self, claim: Entry) -> list[Comparison]:
        """Return the literature's own numbers for `claim`, beside ours."""
        return [each for each in self.comparisons if each.claim.claim == claim.claim]

    def explanations(self, claim: Entry) -> list[Explanation]:
        """Return what is known about why `claim` got its verdict."""
        of = (claim.claim, claim.verdict)
        return [each for each in self.words.explanations if (each.claim, each.verdict) == of]

    def out_of_date(self, explanation: Explanation, scale: str) -> str:
        """Return what an explanation was written for, if not for this run: scale or settings."""
        if explanation.scale != scale:
            return f"the scale {explanation.scale}"
        digest = settings_digest(self.cfg)
        return "" if explanation.settings == digest else f"other settings (these are {digest})"

    def amendments(self, claim: Entry) -> list[Amendment]:
        """Return what was changed about `claim` after data."""
        return [each for each in self.words.amendments if each.claim == claim.claim]


@dataclass(frozen=True)
class PageContext:
    """Everything that is shown; `costs` by study, or by folder for shared work."""

    ledger: Ledger
    studies: tuple[StudySection, ...]
    provenance: Provenance
    cost: Cost | None
    costs: dict[str, Cost]
    overhead: float | None
    colophon: Colophon

    def illustrated(self) -> list[tuple[StudySection, list[tuple[int, Figure, Drawing]]]]:
        """Return each study with its figures, which are numbered across the whole report."""
        before = [0, *accumulate(len(study.words.figures) for study in self.studies)]
        return [
            (
                study,
                [
                    (1 + drawn + at, figure, study.drawings[at])
                    for at, figure in enumerate(study.words.figures)
                ],
            )
            for study, drawn in zip(self.studies, before, strict=False)
        ]

    def numbers_of_figures(self) -> dict[tuple[str, str], int]:
        """Return the number of each figure, by study and file."""
        return {
            (study.name, figure.file): number
            for study, figures in self.illustrated()
            for number, figure, _ in figures
        }

    def comparisons(self) -> list[tuple[StudySection, Comparison]]:
        """Return all published numbers beside ours, by study."""
        return [(study, each) for study in self.studies for each in study.comparisons]

    def costs_by_title(self) -> dict[str, Cost]:
        """Return the cost of each study by its title, and of shared work by its name."""
        titles = {study.name: study.words.title for study in self.studies}
        owners = [*filter(self.costs.__contains__, titles), *sorted(set(self.costs) - set(titles))]
        return {titles.get(owner, owner.capitalize()): self.costs[owner] for owner in owners}

    def verdict_counts(self) -> list[tuple[Verdict, int]]:
        """Return how many claims got each verdict, in the fixed order of the verdicts."""
        counted = Counter(claim.verdict for claim in self.ledger.claims)
        return [(verdict, counted[verdict]) for verdict in Verdict]
