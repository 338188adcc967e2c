"""What README.md and docs/ledger.md say of the results: written from a run, nothing typed."""

from collections.abc import Iterable

from workflow_scripts.evidence.claims.row import Entry, Verdict
from workflow_scripts.evidence.claims.terminal import MARKS
from workflow_scripts.evidence.numbers import counted, estimate
from workflow_scripts.evidence.report.context import PageContext, StudySection
from workflow_scripts.evidence.report.cost import Cost
from workflow_scripts.evidence.report.page import slug
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.marked import with_part

A_ROW = 4
"""Pictures in a row."""
CORES = 2
"""Of the machine that a laptop run is for."""
REPORT = "results/laptop/report.html"
SMALLEST = "hopfield"
"""The study with which a reader starts: it trains nothing."""


def with_parts(readme: str, context: PageContext) -> str:
    """`readme` with each of its parts anew; UserError if the marks of one are missing."""
    for name, text in parts(context).items():
        begin, end = f"<!-- {name}: written by `make record` -->", f"<!-- end of {name} -->"
        missing = f"README.md lacks the lines {begin} and {end}: restore them from Git"
        readme = with_part(readme, begin, end, f"\n{text}\n", missing)
    return readme


def parts(context: PageContext) -> dict[str, str]:
    """The text of each part by its name."""
    return {
        "pictures": pictures(context),
        "times": times(context),
        "surprises": surprises(context),
        "studies": studies(context),
    }


def pictures(context: PageContext) -> str:
    """A grid of the studies: picture, sentence, strip of verdicts."""
    lines = ["<table>"]
    for at, study in enumerate(context.studies):
        if at % A_ROW == 0:
            lines.append("<tr>")
        lines.append(_picture(study))
    return "\n".join([*lines, "</table>"])


def _picture(study: StudySection) -> str:
    first = study.claims[0]
    return (
        f'<td width="{100 // A_ROW}%" valign="top"><a href="{_link(study)}">'
        f'<img src="docs/thumbnails/{study.name}.png" alt="{study.words.title}"></a><br>'
        f"<b>{study.words.title}</b> {strip(study.claims)}<br>{study.ruling(first)}</td>"
    )


def strip(claims: Iterable[Entry]) -> str:
    """A mark for each verdict."""
    return "".join(MARKS[claim.verdict][0] for claim in claims)


def times(context: PageContext) -> str:
    """The commands to start with, and how long each takes."""
    smallest = {study.name: study.cost for study in context.studies}.get(SMALLEST)
    rows = [
        ("make claims", "prints the verdicts of this commit; runs nothing", "seconds"),
        (f"make reproduce TARGET={SMALLEST}", "one study", _minutes(smallest)),
        ("make reproduce", "everything, and the report", _minutes(context.cost)),
    ]
    lines = [f"| command | does | takes, on {CORES} cores |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{a}` | {b} | {c} |" for a, b, c in rows)])


def surprises(context: PageContext) -> str:
    """The claims that did not hold, first those that the data contradict."""
    order = list(Verdict)
    claims = [
        (order.index(claim.verdict), at, f"- {_title(study)}: {_said(study, claim)}")
        for at, study in enumerate(context.studies)
        for claim in study.claims
        if claim.verdict is not Verdict.SUPPORTED
    ]
    return "\n".join(line for *_, line in sorted(claims)) or "Every claim held."


def _said(study: StudySection, claim: Entry) -> str:
    effect = study.effects.get(claim.claim, "")
    return " ".join(filter(None, [study.ruling(claim), effect]))


def studies(context: PageContext) -> str:
    """A row for each study: how many claims hold, and what a run of it costs."""
    lines = ["| study | holds | contradicted | open | minutes |", "|---|---|---|---|---|"]
    for study in context.studies:
        kinds = [claim.verdict for claim in study.claims]
        held, against = kinds.count(Verdict.SUPPORTED), kinds.count(Verdict.CONTRADICTED)
        cells = [
            _title(study),
            f"{held} of {len(kinds)}",
            str(against or "–"),
            str(len(kinds) - held - against or "–"),
            _minutes(study.cost),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def ledger_page(context: PageContext) -> str:
    """The page with every claim of every study."""
    total = sum(len(study.claims) for study in context.studies)
    parts = [
        "<!-- Written by `make record`. -->\n\n# All claims\n",
        f"{counted(total, 'claim')} at the scale {context.ledger.scale}, each with its estimate,"
        " the interval that decides and the number of seeds.\n",
    ]
    for study in context.studies:
        parts.append(f"## {study.words.title}\n\n{table(study.claims)}\n")
    return "\n".join(parts)


def table(claims: Iterable[Entry]) -> str:
    """Claims as a Markdown table."""
    lines = ["| claim | verdict | estimate, interval | n |", "|---|---|---|---|"]
    for claim in claims:
        measured = " ".join(estimate(claim.estimate, claim.low, claim.high, claim.unit))
        verdict = f"{MARKS[claim.verdict][0]} {claim.verdict}"
        cells = [claim.sentence, verdict, measured, str(claim.n)]
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines)


def _title(study: StudySection) -> str:
    return f"[{study.words.title}]({_link(study)})"


def _link(study: StudySection) -> str:
    return f"{REPORT}#{slug(study.name)}"


def _minutes(cost: Cost | None) -> str:
    """Of CPU time where it was measured: on a shared machine wall time is inflated."""
    seconds = cost and (cost.cpu_seconds or cost.seconds)
    return spoken(seconds / CORES) if seconds else "?"
