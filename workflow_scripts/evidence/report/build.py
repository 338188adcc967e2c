"""Step: combine ledger, figures, costs and provenance into the page of the report."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.report.answer import answer
from workflow_scripts.evidence.report.colophon import Colophon, read_colophon
from workflow_scripts.evidence.report.comparison import compared
from workflow_scripts.evidence.report.context import Drawing, PageContext, StudySection
from workflow_scripts.evidence.report.cost import by_rule, by_study, costs_of, overhead_share, total
from workflow_scripts.evidence.report.effect import effect_of
from workflow_scripts.evidence.report.page import render
from workflow_scripts.evidence.report.records import (
    Ledger,
    Provenance,
    read_ledger,
    read_provenance,
)
from workflow_scripts.evidence.report.study_page import read_study_page
from workflow_scripts.evidence.report.undecided import open_of
from workflow_scripts.evidence.report.words import StudyPage


def main(snakemake: Job) -> None:
    """Inputs: `claims`, `provenance`, `citation`, `figures`. Output: the page.

    `params.pages` holds the path of each study's page.yaml, in the order of the page; with
    `params.embed` the page is one file, with the figures in it; `params.paper` is the path of the
    paper, if there is one. The settings that are shown and
    quoted come from the provenance.
    """
    context = read_context(snakemake)
    folder = Path(snakemake.output[0]).parent
    embed, paper = snakemake.params.embed, snakemake.params.paper
    write_text(
        snakemake.output[0],
        render(context, folder, embed, quote(os.path.relpath(paper, folder)) if paper else None),
    )


def read_context(snakemake: Job) -> PageContext:
    """Read the inputs of a rule that writes the report, in whatever form."""
    given = snakemake.input
    provenance = read_provenance(given.provenance)
    return gather(
        ledger=read_ledger(given.claims),
        provenance=provenance,
        pages=snakemake.params.pages,
        figures=[given.figures] if isinstance(given.figures, str) else list(given.figures),
        settings={study: provenance.settings[study] for study in snakemake.params.pages},
        colophon=read_colophon(given.citation, provenance.code),
    )


def gather(
    ledger: Ledger,
    provenance: Provenance,
    pages: Mapping[str, str],
    figures: Iterable[str],
    settings: Mapping[str, dict[str, Any]],
    colophon: Colophon,
) -> PageContext:
    """Read texts and figures and group everything by study.

    Figures lie at `…/<study>/figures/<file>`. Raises UserError if texts and results do not
    match: a claim or a figure that one side lacks.
    """
    strangers = sorted({claim.study for claim in ledger.claims} - set(settings))
    if strangers:
        raise UserError(
            f"the ledger has claims of studies that are not in this run: {', '.join(strangers)}"
        )
    names = frozenset(settings)
    drawings = {(Path(figure).parents[1].name, Path(figure).name): figure for figure in figures}
    jobs = costs_of(provenance.stages, names)
    costs = by_study(jobs)
    return PageContext(
        ledger=ledger,
        studies=tuple(
            _section(name, cfg, pages[name], ledger, provenance, drawings, names, jobs)
            for name, cfg in settings.items()
        ),
        provenance=provenance,
        cost=total(jobs) if len(jobs) else None,
        costs=costs,
        overhead=overhead_share(provenance.stages),
        colophon=colophon,
    )


def _section(
    name: str,
    cfg: dict[str, Any],
    page: str,
    ledger: Ledger,
    provenance: Provenance,
    drawings: Mapping[tuple[str, str], str],
    names: frozenset[str],
    jobs: pd.DataFrame,
) -> StudySection:
    words = read_study_page(page, cfg)
    claims = tuple(claim for claim in ledger.claims if claim.study == name)
    exhibits = tuple(each for each in ledger.exhibits if each.study == name)
    stages = tuple(stage for stage in provenance.stages if stage.study(names) == name)
    known = {*(each.claim for each in claims), *(each.claim for each in exhibits)}
    _check_claims(page, words, known)
    spoken = {each.claim: each for each in words.claims}
    opened = {
        claim.claim: found for claim in claims if (found := open_of(claim, cfg, stages)) is not None
    }
    effects = {
        claim.claim: effect
        for claim in claims
        if ledger.decides and claim.claim in spoken
        if (effect := effect_of(claim, spoken[claim.claim], cfg)) is not None
    }
    drawn = _drawings(page, name, words, drawings)
    return StudySection(
        name=name,
        words=words,
        claims=claims,
        exhibits=exhibits,
        drawings=drawn,
        cost=by_study(jobs).get(name),
        costs=by_rule(jobs, name),
        overhead=overhead_share(stages),
        stages=stages,
        cfg=cfg,
        folder=str(Path(drawn[0].path).parents[1]) if drawn else "",
        answer=answer(claims, spoken, opened, ledger.decides),
        effects=effects,
        opened=opened,
        comparisons=compared(name, page, claims, words.published),
    )


def _check_claims(page: str, words: StudyPage, known: set[str]) -> None:
    named = [
        (key, each.claim)
        for key in ("claims", "published", "explanations", "amendments")
        for each in getattr(words, key)
    ]
    named += [("figures", claim) for figure in words.figures for claim in figure.claims]
    for key, claim in named:
        if claim not in known:
            raise UserError(
                f"{page}, {key}: the ledger has no claim {claim!r}; "
                f"it has {', '.join(sorted(known)) or 'none'}"
            )


def _drawings(
    page: str, study: str, words: StudyPage, drawings: Mapping[tuple[str, str], str]
) -> tuple[Drawing, ...]:
    made = {file for owner, file in drawings if owner == study}
    shown = {figure.file for figure in words.figures}
    if made != shown:
        odd = ", ".join(sorted(made ^ shown))
        raise UserError(f"{page}, figures: {odd} must be both drawn by the study and listed here")
    return tuple(_drawing(drawings[study, figure.file]) for figure in words.figures)


def _drawing(path: str) -> Drawing:
    try:
        drawing = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error
    if b"<svg" not in drawing or not drawing.rstrip().endswith(b"</svg>"):
        raise UserError(f"{path} is not a complete SVG file: delete it and run snakemake again")
    return Drawing(path, drawing)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
