"""Theirs against ours: published numbers beside those of this run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry, Numbers
from workflow_scripts.evidence.report.undecided import part_named
from workflow_scripts.evidence.report.words import Published

_RATIOS = ("×", "times")
"""Units whose numbers say "no effect" at one, and not at zero."""


@dataclass(frozen=True)
class Comparison:
    """A published number and ours; what is None does not apply.

    `same_direction` says whether both lie on the same side of no effect, `ratio` is ours over
    theirs (over the middle of their range).
    """

    study: str
    claim: Entry
    published: Published
    ours: Numbers | None = None
    same_direction: bool | None = None
    ratio: float | None = None


def compare(study: str, page: str, claim: Entry, published: Published) -> Comparison:
    """Set a published number beside ours, if it is of the same quantity and ours was measured.

    A part that these settings do not have is not measured. UserError if it has another unit.
    """
    bare = Comparison(study, claim, published)
    if not published.same or claim.estimate is None:
        return bare
    ours: Numbers | None = claim
    if claim.parts:
        ours = part_named(claim.parts, published.part)
    if ours is None:
        return bare
    if published.unit != (ours.unit or ""):
        raise UserError(
            f"{page}, published, {claim.claim}: the same quantity has the unit {ours.unit!r}, "
            f"not {published.unit!r}"
        )
    theirs = published.middle
    if ours.estimate is None or theirs is None or not math.isfinite(ours.estimate):
        return bare
    none = 1.0 if published.unit.startswith(_RATIOS) else 0.0
    direction = None
    if theirs != none:
        direction = (theirs > none) == (ours.estimate > none) and ours.estimate != none
    ratio = ours.estimate / theirs if theirs else None
    return Comparison(study, claim, published, ours, direction, ratio)


def compared(
    study: str, page: str, claims: Sequence[Entry], published: Sequence[Published]
) -> tuple[Comparison, ...]:
    """All published numbers of a study beside ours, in the order of the page."""
    by_name: Mapping[str, Entry] = {claim.claim: claim for claim in claims}
    return tuple(
        compare(study, page, by_name[each.claim], each)
        for each in published
        if each.claim in by_name
    )
