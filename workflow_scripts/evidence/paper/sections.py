"""The body of the paper as builtins: the studies, the overview, theirs against ours."""

import re
from typing import Any

from workflow_scripts.evidence import numbers
from workflow_scripts.evidence.claims.row import Entry, Numbers, Part
from workflow_scripts.evidence.paper.forest import (
    TICKS,
    balanced,
    deciding,
    distance,
    place,
)
from workflow_scripts.evidence.paper.references import Bibliography
from workflow_scripts.evidence.report.comparison import Comparison
from workflow_scripts.evidence.report.context import PageContext, StudySection
from workflow_scripts.evidence.report.page import (
    anchor_of,
    estimate_of,
    figure_id,
    looks_of,
    slug,
    standing_of,
    theirs_of,
)
from workflow_scripts.evidence.report.undecided import Open, about

_TOGETHER = re.compile(
    r"(\b(?:Figs?\.|[Tt]able|[Ss]ection|Theorems?|pp?\.)|[<>≤≥]|\b\d+(?= (?:pp|seeds?|nats|×))) "
)
SHOWN = 2
"""Figures of a study in the paper: the first ones of its page. The page has all."""


def study_of(page: PageContext, study: StudySection, papers: Bibliography) -> dict[str, Any]:
    """Return one study's section."""
    words = study.words
    return {
        "label": slug(study.name),
        "title": words.title,
        "subtitle": words.subtitle,
        "answer": list(study.answer),
        "question": words.question,
        "method": words.method,
        "claims": [claim_of(page, study, claim, papers) for claim in study.claims],
        "figures": [
            {
                "label": figure_id(study, figure),
                "svg": drawing.svg.decode("utf-8"),
                "headline": figure.headline,
                "caption": figure.caption,
                "alt": figure.alt,
            }
            for figure, drawing in zip(words.figures[:SHOWN], study.drawings[:SHOWN], strict=True)
        ],
        "more": max(0, len(words.figures) - SHOWN),
        "deviations": list(words.deviations),
    }


def claim_of(
    page: PageContext, study: StudySection, claim: Entry, papers: Bibliography
) -> dict[str, Any]:
    """Return one claim with its verdict, its numbers and its sources."""
    estimate, interval = estimate_of(claim)
    return {
        "id": claim.claim,
        "label": anchor_of(claim),
        "sentence": claim.sentence,
        "verdict": verdict_of(page, claim),
        "part": claim.part,
        "estimate": estimate if claim.estimate is not None else "",
        "interval": interval,
        "rule": kept(claim.rule or ""),
        "reason": claim.reason,
        "n": kept(numbers.counted(claim.n, "seed")) if claim.n else "",
        "looks": looks_of(claim) if claim.looks else "",
        "control": _control(claim),
        "effect": study.effects.get(claim.claim, ""),
        "opened": _opened(study.opened.get(claim.claim)) if page.ledger.decides else "",
        "explanations": _explanations(page, study, claim),
        "amended": len(study.amendments(claim)) > 0,
        "source": cited(papers, study.name, claim.source),
    }


def verdict_of(page: PageContext, claim: Entry | Part) -> str:
    """Return the verdict of a claim or a part; where nothing is decided, none is named."""
    return claim.verdict.value if page.ledger.decides else "not decided"


def cited(papers: Bibliography, study: str, source: str) -> list[dict[str, str | None]]:
    """Return a source as runs of text, each with the key of the paper that it names, or None."""
    return [{"text": kept(run.text), "key": run.key} for run in papers.cited(study, source)]


def overview_of(page: PageContext) -> dict[str, Any]:
    """Return the forest plot: rows by study, and where its second column begins.

    Without rows where nothing is decided: intervals of that run must not be read.
    """
    groups: list[dict[str, Any]] = [
        {"title": study.words.title, "rows": [_row(page, claim) for claim in study.claims]}
        for study in page.studies
        if study.claims and page.ledger.decides
    ]
    drawn = any(row["at"] is not None for group in groups for row in group["rows"])
    ticks = [{"at": place(tick), "text": numbers.number(tick)} for tick in TICKS]
    return {
        "groups": groups if drawn else [],
        "second": balanced([1 + len(group["rows"]) for group in groups]),
        "ticks": ticks,
        "zero": place(0),
    }


def _row(page: PageContext, claim: Entry) -> dict[str, Any]:
    part = deciding(claim)
    apart = distance(part) if part else None
    row: dict[str, Any] = {
        "id": claim.claim,
        "label": anchor_of(claim),
        "verdict": verdict_of(page, claim),
        "n": numbers.number(claim.n) if claim.n else numbers.ABSENT,
        "at": None,
    }
    if apart is None:
        return row
    ends = place(apart.low), place(apart.high)
    return row | {
        "at": place(apart.estimate),
        "low": ends[0],
        "high": ends[1],
        "beyond": [ends[0] <= place(TICKS[0]), ends[1] >= place(TICKS[-1])],
    }


def _control(claim: Entry) -> dict[str, str] | None:
    if claim.no_control:
        return {"name": "", "none": claim.no_control}
    if not claim.control:
        return None
    side = claim.control_side
    estimate, interval = estimate_of(side)
    return {
        "name": claim.control,
        "none": "",
        "estimate": estimate if side.estimate is not None else "",
        "interval": interval,
        "rule": kept(side.rule or ""),
        "standing": standing_of(claim)[1],
    }


def _opened(opened: Open | None) -> str:
    """Return why a claim is open, what would decide it, and the cost of that."""
    if opened is None:
        return ""
    cost = f" ({about(opened.minutes)} here)" if opened.minutes is not None else ""
    return f"{opened.kind}. To decide it: {opened.remedy}{cost}"


def _explanations(page: PageContext, study: StudySection, claim: Entry) -> list[dict[str, str]]:
    """Return what is behind a verdict, and what it was written for if not for this run."""
    if not page.ledger.decides:
        return []
    return [
        {"text": each.text, "other": study.out_of_date(each, page.ledger.scale)}
        for each in study.explanations(claim)
    ]


def published_of(page: PageContext, papers: Bibliography) -> list[dict[str, Any]]:
    """Return published numbers beside ours, by study; ours only where the run decides anything."""
    return [
        {
            "title": study.words.title,
            "rows": [_theirs(page, study, each, papers) for each in study.comparisons],
        }
        for study in page.studies
        if study.comparisons
    ]


def _theirs(
    page: PageContext, study: StudySection, comparison: Comparison, papers: Bibliography
) -> dict[str, Any]:
    published, ours = comparison.published, comparison.ours
    shown = page.ledger.decides and ours is not None
    return {
        "id": comparison.claim.claim,
        "label": anchor_of(comparison.claim),
        "quantity": published.quantity,
        "value": published.text,
        "where": ", ".join(each for each in (published.network, published.data) if each),
        "source": cited(papers, study.name, published.source),
        "ours": measured(ours) if shown and ours is not None else numbers.ABSENT,
        "relation": theirs_of(comparison) if page.ledger.decides else "not decided",
    }


def kept(text: str) -> str:
    """Return `text` with the spaces at which no line may end: after "Fig.", "≤" and numbers."""
    return _TOGETHER.sub(lambda found: found[1] + numbers.WIDE, text)


def measured(given: Numbers) -> str:
    """Return an estimate and its interval as one text."""
    return " ".join(text for text in estimate_of(given) if text)
