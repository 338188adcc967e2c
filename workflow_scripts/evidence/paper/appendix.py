"""The appendix of the paper as builtins: parts, identities, registrations, settings, digests."""

from pathlib import Path
from typing import Any

from workflow_scripts.evidence import numbers
from workflow_scripts.evidence.claims.row import Part, Verdict
from workflow_scripts.evidence.paper.references import Bibliography
from workflow_scripts.evidence.paper.sections import cited, measured, verdict_of
from workflow_scripts.evidence.report.context import PageContext, StudySection
from workflow_scripts.evidence.report.cost import Cost
from workflow_scripts.evidence.report.records import Exhibit

DIGITS = 16
"""Digits of a SHA-256 digest that are printed."""


def parts_of(page: PageContext, study: StudySection) -> list[dict[str, Any]]:
    """Return all parts of each claim and of its control."""
    return [
        {
            "id": claim.claim,
            "q": numbers.number(claim.q, 2) if claim.q is not None else "",
            "control": claim.control or "",
            "parts": [_part(page, part) for part in claim.parts],
            "controls": [_part(page, part) for part in claim.control_side.parts],
        }
        for claim in study.claims
    ]


def exhibits_of(study: StudySection, papers: Bibliography) -> list[dict[str, Any]]:
    """Return identities and counts, each number with its bound."""
    return [
        {
            "sentence": each.sentence,
            "source": cited(papers, study.name, each.source),
            "reason": each.reason,
            "parts": _bounded(each),
        }
        for each in study.exhibits
    ]


def registration_of(study: StudySection) -> dict[str, Any]:
    """Return commit and date of the registration, the pilot and all amendments."""
    words = study.words
    return {
        "commit": words.registered.commit if words.registered else "",
        "date": words.registered.date if words.registered else "",
        "seeds": words.pilot.seeds if words.pilot else "",
        "pilot": words.pilot.what if words.pilot else "",
        "amendments": [
            {
                "claim": each.claim,
                "when": each.when,
                "what": each.what.rstrip("."),
                "why": each.why.rstrip("."),
                "before": each.before,
            }
            for each in words.amendments
        ],
    }


def seeds_of(study: StudySection) -> list[dict[str, str]]:
    """Return the batches of seeds under each key that a claim takes its seeds from."""
    keys = dict.fromkeys(claim.seeds_key for claim in study.claims)
    found = {key: _looked_up(study.cfg, key) for key in keys}
    return [
        {"name": key, "key": ", ".join(map(str, batches))}
        for key, batches in found.items()
        if isinstance(batches, list)
    ]


def digests_of(study: StudySection) -> list[dict[str, str]]:
    """Return the digests of the tables and of the claims."""
    digests = {
        Path(path).name: digest
        for stage in study.stages
        for path, digest in stage.outputs.items()
        if _is_result(path)
    }
    return [{"name": file, "key": digests[file][:DIGITS]} for file in sorted(digests)]


def codes_of(study: StudySection) -> list[dict[str, str]]:
    """Return the code keys of the rules of a study."""
    keys: dict[str, set[str]] = {}
    for stage in study.stages:
        code = stage.params.get("code")
        keys.setdefault(stage.rule, set()).update(code.values() if isinstance(code, dict) else ())
    return [
        {"name": rule, "key": ", ".join(sorted(keys[rule]))} for rule in sorted(keys) if keys[rule]
    ]


def cost_rows(page: PageContext) -> list[dict[str, str]]:
    """Return the cost of each study, of what they share, and of all."""
    rows = [_cost(title, cost) for title, cost in page.costs_by_title().items()]
    return [*rows, _cost("All", page.cost)] if page.cost else []


def versions_of(page: PageContext) -> list[dict[str, str]]:
    """Return the versions of Python and of the libraries that the records name."""
    found: dict[str, set[str]] = {}
    for stage in page.provenance.stages:
        named = stage.versions | ({"python": stage.python} if stage.python else {})
        for name, version in named.items():
            found.setdefault(name, set()).add(version)
    return [
        {"name": name, "version": ", ".join(sorted(versions))}
        for name, versions in sorted(found.items())
    ]


def _part(page: PageContext, part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "value": measured(part),
        "rule": part.rule or numbers.ABSENT,
        "n": numbers.number(part.n),
        "p": numbers.number(part.p, 2) if part.p else numbers.ABSENT,
        "verdict": numbers.ABSENT if part.verdict is Verdict.NOT_RUN else verdict_of(page, part),
    }


def _bounded(exhibit: Exhibit) -> list[dict[str, str]]:
    rows = []
    for part in exhibit.parts:
        bound = numbers.ABSENT
        if part.at_most is not None:
            bound = f"≤ {numbers.bound(part.at_most)}"
        elif part.above is not None:
            bound = f"> {numbers.bound(part.above)}"
        standing = {True: "holds", False: "does not hold", None: numbers.ABSENT}[part.holds]
        value = numbers.with_unit(numbers.number(part.value), part.unit)
        rows.append({"name": part.name, "value": value, "bound": bound, "holds": standing})
    return rows


def _looked_up(cfg: dict[str, Any], key: str) -> Any:
    value: Any = cfg
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_result(path: str) -> bool:
    """Return whether an output is a table or the claims, and not a table of one training."""
    return Path(path).suffix in (".csv", ".json") and "checkpoints" not in Path(path).parts


def _cost(title: str, cost: Cost) -> dict[str, str]:
    return {
        "title": title,
        "jobs": numbers.number(cost.jobs),
        "wall": numbers.seconds(cost.seconds),
        "cpu": numbers.seconds(cost.cpu_seconds),
        "memory": numbers.megabytes(cost.memory_mb),
    }
