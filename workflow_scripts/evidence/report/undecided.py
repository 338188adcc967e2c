"""Why a claim is not decided, of which kind that is, and what would decide it at what cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.evidence.claims.row import DECIDED, Entry, Numbers, Part, Verdict
from workflow_scripts.evidence.numbers import WIDE, number
from workflow_scripts.evidence.report.records import Stage

OUT_OF_REACH = 10
"""A claim that needs this many times the seeds of its last look has its effect on its margin."""


class Kind(StrEnum):
    """Why a claim has no verdict either way."""

    SEEDS = "too few seeds"
    CONTROL_SEEDS = "too few seeds for the control"
    MARGIN = "on the margin"
    CORRECTION = "one part fails, but not after correction for their number"
    EVENT = "not measurable in every seed"
    CONTROL = "control failed"
    SCALE = "not at this scale"
    NOT_RUN = "not run"


_BY_SEEDS = (Kind.SEEDS, Kind.CONTROL_SEEDS, Kind.CORRECTION, Kind.MARGIN)


@dataclass(frozen=True)
class Open:
    """The kind, and what would decide: text, and minutes if the records of this run tell."""

    kind: Kind
    remedy: str
    minutes: float | None = None


def deciding(claim: Entry) -> tuple[bool, Numbers, str]:
    """Return whether it is the control's, and the number and the name of the part that decides.

    A claim whose control failed, or is not decided, hangs on its control.
    """
    if kind_of(claim) in (Kind.CONTROL, Kind.CONTROL_SEEDS):
        side = claim.control_side
        named = [part.name for part in side.parts if part.estimate == side.estimate]
        return True, side, named[0] if named else ""
    return False, claim, claim.part


def kind_of(claim: Entry) -> Kind | None:
    """Return why `claim` is not decided; None if it is."""
    if claim.verdict in DECIDED:
        return None
    fixed = {
        Verdict.CONTROL_FAILED: Kind.CONTROL,
        Verdict.NOT_AT_SCALE: Kind.SCALE,
        Verdict.NOT_RUN: Kind.NOT_RUN,
    }
    if claim.verdict in fixed:
        return fixed[claim.verdict]
    if claim.estimate is None:
        return Kind.EVENT
    ours = [part.verdict for part in claim.parts]
    if Verdict.CONTRADICTED in ours:
        return Kind.CORRECTION
    if ours and Verdict.UNDECIDED not in ours:
        return Kind.CONTROL_SEEDS
    if claim.next_look:
        return Kind.SEEDS
    far = claim.seeds_needed is None or claim.seeds_needed > OUT_OF_REACH * claim.n
    return Kind.MARGIN if far else Kind.SEEDS


def open_of(claim: Entry, cfg: Mapping[str, Any], stages: Iterable[Stage]) -> Open | None:
    """Return what would decide `claim`, given the settings of its study and its finished jobs."""
    kind = kind_of(claim)
    if kind is None:
        return None
    if kind in _BY_SEEDS and (more := _seeds(claim)):
        extra = more - claim.n
        each = minutes_per_seed(cfg.get(claim.seeds_key, ()), stages)
        minutes = None if each is None or extra <= 0 else extra * each
        if claim.next_look:
            return Open(kind, f"the next look, at {number(more)} seeds", minutes)
        return Open(kind, f"a new registration with about {number(more)} seeds", minutes)
    remedies = {
        Kind.SEEDS: "a new registration with more seeds",
        Kind.CONTROL_SEEDS: "a new registration with more seeds",
        Kind.MARGIN: "no number of seeds in reach: the effect is about as large as its margin",
        Kind.CORRECTION: "a new registration with more seeds",
        Kind.EVENT: "longer runs, or a claim that counts the runs in which it does not happen",
        Kind.CONTROL: "another design: the control shows that something else makes the difference",
        Kind.SCALE: f"a run at another scale: {claim.reason.rpartition(': ')[2]}",
        Kind.NOT_RUN: claim.reason or "a run",
    }
    return Open(kind, remedies[kind])


def minutes_per_seed(batches: Iterable[str], stages: Iterable[Stage]) -> float | None:
    """Return what a seed of these batches took, in minutes of jobs; None if it is not on record."""
    by_seeds = {str(batch): len(seeds_of(batch)) for batch in batches}
    took = [
        stage.seconds
        for stage in stages
        if str(stage.wildcards.get("seeds", "")) in by_seeds and stage.seconds is not None
    ]
    ran = {str(stage.wildcards.get("seeds", "")) for stage in stages}
    seeds = sum(count for name, count in by_seeds.items() if name in ran)
    return sum(took) / 60 / seeds if took and seeds else None


def about(minutes: float) -> str:
    """Return a cost in readable words: "about 12 min", "about 3 h"."""
    if minutes < 90:
        return f"about {number(max(1, round(minutes)))}{WIDE}min"
    return f"about {number(minutes / 60, 2)}{WIDE}h"


def _seeds(claim: Entry) -> int | None:
    if claim.next_look:
        return claim.next_look
    return claim.seeds_needed


def part_named(parts: Iterable[Part], name: str) -> Part | None:
    """Return the part of that name."""
    return next((part for part in parts if part.name == name), None)
