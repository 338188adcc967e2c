"""Step: the same ledger, figures, costs and provenance as on the page become a paper."""

from typing import Any

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.job import Job
from workflow_scripts.evidence.paper import appendix
from workflow_scripts.evidence.paper.facts import facts_of
from workflow_scripts.evidence.paper.prose import read_prose
from workflow_scripts.evidence.paper.references import Bibliography
from workflow_scripts.evidence.paper.sections import overview_of, published_of, study_of
from workflow_scripts.evidence.paper.settings import settings_of
from workflow_scripts.evidence.paper.typesetting import compiled
from workflow_scripts.evidence.report.build import gather
from workflow_scripts.evidence.report.colophon import read_colophon
from workflow_scripts.evidence.report.context import PageContext
from workflow_scripts.evidence.report.records import read_ledger, read_provenance


def main(snakemake: Job) -> None:
    """Inputs: `claims`, `provenance`, `citation`, `figures`. Output: the PDF.

    `params.pages` holds the path of each study's page.yaml, in the order of the paper.
    """
    given, pages = snakemake.input, snakemake.params.pages
    provenance = read_provenance(given.provenance)
    context = gather(
        ledger=read_ledger(given.claims),
        provenance=provenance,
        pages=pages,
        figures=[given.figures] if isinstance(given.figures, str) else list(given.figures),
        settings={study: provenance.settings[study] for study in pages},
        colophon=read_colophon(given.citation, provenance.code),
    )
    paper = compiled(*content_of(context))
    with replacing(snakemake.output[0]) as temporary:
        temporary.write_bytes(paper)


def content_of(page: PageContext) -> tuple[dict[str, Any], str]:
    """Return all that the template shows, as builtins, and the literature as BibTeX."""
    papers = Bibliography({study.name: study.words.references for study in page.studies})
    prose = read_prose(facts_of(page, papers))
    studies = [
        study_of(page, study, papers)
        | {
            "parts": appendix.parts_of(page, study),
            "exhibits": appendix.exhibits_of(study, papers),
            "registration": appendix.registration_of(study),
            "settings": settings_of(study.cfg),
            "seeds": appendix.seeds_of(study),
            "digests": appendix.digests_of(study),
            "codes": appendix.codes_of(study),
        }
        for study in page.studies
    ]
    content = {
        "scale": page.ledger.scale,
        "decides": page.ledger.decides,
        "stale": list(page.provenance.stale),
        "prose": prose,
        "authors": list(page.colophon.authors),
        "imprint": _imprint(page),
        "cite": page.colophon.cite,
        "overview": overview_of(page),
        "published": published_of(page, papers),
        "studies": studies,
        "cost": appendix.cost_rows(page),
        "versions": appendix.versions_of(page),
        "references": len(papers),
    }
    return content, papers.bibtex()


def _imprint(page: PageContext) -> list[str]:
    """Return scale, version, commit and address, as far as they are known."""
    colophon = page.colophon
    edited = ", edited since" if colophon.edited else ""
    given = [
        f"scale {page.ledger.scale}",
        f"version {colophon.version}" if colophon.version else "",
        f"commit {colophon.commit[:10]} of {colophon.date}{edited}" if colophon.commit else "",
        colophon.repository,
    ]
    return [each for each in given if each]


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
