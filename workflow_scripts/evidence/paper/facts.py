"""What the sentences of the paper quote: numbers and lists of the run as a whole."""

from collections import Counter
from typing import Any

from workflow_scripts.evidence.claims.row import Entry, Verdict
from workflow_scripts.evidence.numbers import counted, megabytes
from workflow_scripts.evidence.paper.references import Bibliography
from workflow_scripts.evidence.report.context import PageContext
from workflow_scripts.evidence.report.page import portable
from workflow_scripts.evidence.statistics.looks import ALPHA_OF_A_CLAIM

OPEN = (Verdict.UNDECIDED, Verdict.CONTROL_FAILED, Verdict.NOT_AT_SCALE, Verdict.NOT_RUN)


def facts_of(page: PageContext, papers: Bibliography) -> dict[str, Any]:
    """Return the facts of a run by name; costs are None where nothing was measured.

    Of `papers` those count that claims are from.
    """
    claims = page.ledger.claims
    decides = page.ledger.decides
    cost = page.cost
    sources = {
        run.key for claim in claims for run in papers.cited(claim.study, claim.source) if run.key
    }
    powers = [claim.power for claim in claims if claim.power is not None]
    return {
        "scale": page.ledger.scale,
        "decides": decides,
        "command": f"snakemake --config scale={page.ledger.scale}",
        "licence": page.colophon.license or "of the repository",
        "claims": len(claims),
        "studies": len(page.studies),
        "titles": [study.words.title for study in page.studies],
        "papers": len(sources),
        "exhibits": len(page.ledger.exhibits),
        "figures": sum(len(study.words.figures) for study in page.studies),
        "amendments": sum(len(study.words.amendments) for study in page.studies),
        "verdicts": _verdicts(page),
        "contradicted": _named(claims, Verdict.CONTRADICTED),
        "undecided": _named(claims, Verdict.UNDECIDED),
        "open": sum(claim.verdict in OPEN for claim in claims),
        "first_look": sum(_at_first_look(claim) for claim in claims) if decides else 0,
        "without_control": sum(claim.no_control is not None for claim in claims),
        "expected_false": page.ledger.expected_false,
        "alpha_of_a_claim": ALPHA_OF_A_CLAIM,
        "plans": _plans(claims),
        "power": min(powers, default=None),
        "jobs": cost.jobs if cost else 0,
        "seconds": cost.seconds if cost else None,
        "cpu_seconds": cost.cpu_seconds if cost else None,
        "overhead": page.overhead,
        "where": machine_of(page),
    }


def machine_of(page: PageContext) -> str:
    """Return the machine of the run in words; it names no computer and no person."""
    machine = page.provenance.machine
    kind = portable(machine.get("processor") or "a processor of unknown kind")
    devices = {stage.device for stage in page.provenance.stages} - {None, "cpu"}
    words = [
        counted(machine["cores"], "core") + f" ({kind})" if machine.get("cores") else kind,
        f"{megabytes(1000 * machine['memory_gb'])} of memory" if machine.get("memory_gb") else "",
        *sorted(f"a GPU ({device})" for device in devices),
    ]
    return ", ".join(word for word in words if word) + ("" if devices else ", no GPU")


def _verdicts(page: PageContext) -> list[str]:
    """Return how many claims have each verdict, in words: "one is", "three are"."""
    counts = [(verdict, count) for verdict, count in page.verdict_counts() if count]
    words: list[str] = []
    for verdict, count in counts:
        verb = "is" if count == 1 else "are"
        words.append(
            f"{counted(count, 'claim')} {verb} {verdict}"
            if not words
            else f"{count} {verb} {verdict}"
        )
    return words


def _named(claims: tuple[Entry, ...], verdict: Verdict) -> list[str]:
    return [quote(claim.sentence) for claim in claims if claim.verdict is verdict]


def quote(sentence: str) -> str:
    """Return a sentence in quotation marks, without its full stop."""
    return f"“{sentence.rstrip('.')}”"


def _at_first_look(claim: Entry) -> bool:
    decided = claim.verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED)
    return decided and bool(claim.looks) and claim.look == claim.looks[0]


def _plans(claims: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """Return the plans of looks with their level and the number of claims, the commonest first."""
    plans = Counter((claim.looks, claim.alpha) for claim in claims if claim.looks and claim.alpha)
    return [
        {"looks": list(looks), "alpha": alpha, "claims": count}
        for (looks, alpha), count in sorted(plans.items(), key=lambda item: (-item[1], item[0]))
    ]
