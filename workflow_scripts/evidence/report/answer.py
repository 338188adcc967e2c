"""The answer of a study: sentences made from its verdicts, and from nothing else."""

from collections.abc import Mapping, Sequence

from workflow_scripts.evidence.claims.row import Entry, Verdict
from workflow_scripts.evidence.numbers import counted, number
from workflow_scripts.evidence.report.undecided import Open, about
from workflow_scripts.evidence.report.words import ClaimWords

NAMED = 3
"""How many claims of a kind are named; the rest are counted."""


def answer(
    claims: Sequence[Entry],
    words: Mapping[str, ClaimWords],
    open_claims: Mapping[str, Open],
    decides: bool = True,
) -> tuple[str, ...]:
    """Return what held, what did not, and what stayed open and why: a sentence for each.

    `words` and `open_claims` are by claim. A claim without words is named by its sentence.
    """
    if not decides:
        return ("Nothing is decided at this scale: it only shows that the machinery works.",)
    if not claims:
        return ("This study has no claims.",)
    held = [claim for claim in claims if claim.verdict is Verdict.SUPPORTED]
    failed = [claim for claim in claims if claim.verdict is Verdict.CONTRADICTED]
    left = [claim for claim in claims if claim.claim in open_claims]
    sentences = []
    if held:
        all_of = "All" if len(held) == len(claims) > 1 else number(len(held)) + " of"
        lead = f"{all_of} {counted(len(claims), 'claim')} {'holds' if len(held) == 1 else 'hold'}: "
        sentences.append(lead + _listed([_that(claim, words) for claim in held]) + ".")
    if failed:
        those = _listed([_that(claim, words) for claim in failed], every=True)
        sentences.append(f"The data contradict {those}.")
    if left:
        whether = [
            f"whether {_clause(claim, words)} ({_why(open_claims[claim.claim])})" for claim in left
        ]
        verb = "is" if len(left) == 1 else "are"
        sentences.append(f"Open {verb} {_listed(whether, every=True)}.")
    return tuple(sentences)


def ruling(claim: Entry, words: Mapping[str, ClaimWords], opened: Open | None) -> str:
    """Return one sentence on a claim and its verdict, for captions."""
    clause = _clause(claim, words)
    if claim.verdict is Verdict.SUPPORTED:
        return f"Supported: {clause}."
    if claim.verdict is Verdict.CONTRADICTED:
        return f"Contradicted: it is not so that {clause}."
    return f"Not decided ({opened.kind if opened else claim.verdict}): whether {clause}."


def _clause(claim: Entry, words: Mapping[str, ClaimWords]) -> str:
    if claim.claim in words:
        return words[claim.claim].that
    return f"“{claim.sentence.rstrip('.')}”"


def _that(claim: Entry, words: Mapping[str, ClaimWords]) -> str:
    return f"that {_clause(claim, words)}"


def _why(opened: Open) -> str:
    cost = f", {about(opened.minutes)} here" if opened.minutes is not None else ""
    needs = f"; it takes {opened.remedy}{cost}" if cost else ""
    return f"{opened.kind}{needs}"


def _listed(texts: Sequence[str], every: bool = False) -> str:
    """Join with semicolons; beyond `NAMED`, unless `every` is wanted, the rest are counted."""
    shown = list(texts) if every or len(texts) <= NAMED + 1 else list(texts[:NAMED])
    if len(shown) < len(texts):
        shown.append(f"{number(len(texts) - len(shown))} more")
    return shown[0] if len(shown) == 1 else f"{'; '.join(shown[:-1])}; and {shown[-1]}"
