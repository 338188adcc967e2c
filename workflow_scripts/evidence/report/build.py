"""Step: combine ledger, figures, costs and provenance into the page of the report."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.report.cost import by_rule, by_study, costs_of, overhead_share, total
from workflow_scripts.evidence.report.page import PageContext, StudySection, render
from workflow_scripts.evidence.report.records import (
    Ledger,
    Provenance,
    read_ledger,
    read_provenance,
)
from workflow_scripts.evidence.report.study_page import StudyPage, read_study_page


def main(snakemake: Job) -> None:
    """Inputs: `claims`, `provenance`, `figures`. Output: the page.

    `params.pages` holds the path of each study's page.yaml, in the order of the page. The settings
    that are shown and quoted come from the provenance.
    """
    given = snakemake.input
    provenance = read_provenance(given.provenance)
    context = gather(
        ledger=read_ledger(given.claims),
        provenance=provenance,
        pages=snakemake.params.pages,
        figures=[given.figures] if isinstance(given.figures, str) else list(given.figures),
        settings={study: provenance.settings[study] for study in snakemake.params.pages},
    )
    write_text(snakemake.output[0], render(context))


def gather(
    ledger: Ledger,
    provenance: Provenance,
    pages: Mapping[str, str],
    figures: Iterable[str],
    settings: Mapping[str, dict[str, Any]],
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
    overall = total(jobs) if len(jobs) else None
    sections = []
    for name, cfg in settings.items():
        words = read_study_page(pages[name], cfg)
        claims = tuple(claim for claim in ledger.claims if claim.study == name)
        exhibits = tuple(each for each in ledger.exhibits if each.study == name)
        stages = tuple(stage for stage in provenance.stages if stage.study(names) == name)
        _check_claims(
            pages[name],
            words,
            {*(each.claim for each in claims), *(each.claim for each in exhibits)},
        )
        sections.append(
            StudySection(
                name=name,
                words=words,
                claims=claims,
                exhibits=exhibits,
                drawings=_drawings(pages[name], name, words, drawings),
                cost=costs.get(name),
                costs=by_rule(jobs, name),
                overhead=overhead_share(stages),
                stages=stages,
                cfg=cfg,
            )
        )
    return PageContext(
        ledger=ledger,
        studies=tuple(sections),
        provenance=provenance,
        cost=overall,
        costs=costs,
        overhead=overhead_share(provenance.stages),
    )


def _check_claims(page: str, words: StudyPage, known: set[str]) -> None:
    for key in ("published", "explanations", "amendments"):
        for each in getattr(words, key):
            if each.claim not in known:
                raise UserError(
                    f"{page}, {key}: the ledger has no claim {each.claim!r}; "
                    f"it has {', '.join(sorted(known)) or 'none'}"
                )


def _drawings(
    page: str, study: str, words: StudyPage, drawings: Mapping[tuple[str, str], str]
) -> tuple[bytes, ...]:
    made = {file for owner, file in drawings if owner == study}
    shown = {figure.file for figure in words.figures}
    if made != shown:
        odd = ", ".join(sorted(made ^ shown))
        raise UserError(f"{page}, figures: {odd} must be both drawn by the study and listed here")
    return tuple(_svg(drawings[study, figure.file]) for figure in words.figures)


def _svg(path: str) -> bytes:
    try:
        drawing = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: run snakemake again to make it") from error
    if b"<svg" not in drawing or not drawing.rstrip().endswith(b"</svg>"):
        raise UserError(f"{path} is not a complete SVG file: delete it and run snakemake again")
    return drawing


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
