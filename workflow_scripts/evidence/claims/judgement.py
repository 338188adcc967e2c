"""From the evidence of one look to a row of the ledger: verdict, reason, and the deciding part."""

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from workflow_scripts.evidence.claims.evidence import BadTables, Measured
from workflow_scripts.evidence.claims.row import DECIDED, Numbers, Part, Row, Side, Verdict
from workflow_scripts.evidence.claims.rule import Rule
from workflow_scripts.evidence.statistics.power import FEWEST_SEEDS

SMOKE = "the smoke scale proves the machinery and decides nothing"

Judgeable = tuple[Measured, Rule, str]  # the number, the rule it must satisfy, its unit


def not_run(declared: Row, reason: str) -> Row:
    """The row of a claim for which there are no data."""
    return replace(declared, verdict=Verdict.NOT_RUN, reason=reason)


def undecided(declared: Row, look: int, reason: str) -> Row:
    """The row of a claim that cannot be judged at a look."""
    return replace(declared, verdict=Verdict.UNDECIDED, look=look, n=look, reason=reason)


def judged(
    declared: Row, look: int, parts: Sequence[Judgeable], control: Sequence[Judgeable]
) -> Row:
    """Fill in a declared row from its evidence at a look, following the rules in `claim.py`.

    BadTables where a part was measured on another number of seeds than the look has.
    """
    alpha = declared.alpha or 1.0
    measured = [_part(*part, look, alpha) for part in parts]
    controls = [_part(*part, look, alpha) for part in control]
    verdict, p = _conjunction(measured, alpha)
    beside, _ = _conjunction(controls, alpha) if controls else (Verdict.SUPPORTED, 0.0)
    reason, open_parts = _reason(declared, verdict, measured, beside, controls)
    if beside is Verdict.CONTRADICTED:
        verdict = Verdict.CONTROL_FAILED
    elif verdict in DECIDED and beside is not Verdict.SUPPORTED:
        verdict = Verdict.UNDECIDED
    weakest = _weakest(measured)
    row = replace(
        declared,
        **_numbers(weakest),
        verdict=verdict,
        look=look,
        reason=reason,
        part=weakest.name,
        margin=weakest.margin,
        p=p,
        seeds_needed=most_seeds([part.seeds_needed for part in open_parts]),
        parts=tuple(measured),
    )
    if controls:
        holds = {Verdict.SUPPORTED: True, Verdict.CONTRADICTED: False}.get(beside)
        side = Side(**_numbers(_weakest(controls)), parts=tuple(controls))
        row = replace(row, control_holds=holds, control_side=side)
    return row


def withheld(row: Row, verdict: Verdict, reason: str) -> Row:
    """Keep the numbers and replace every verdict: nothing is decided at this scale."""

    def plain(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(replace(part, verdict=Verdict.NOT_RUN, seeds_needed=None) for part in parts)

    return replace(
        row,
        verdict=verdict,
        reason=reason,
        seeds_needed=None,
        next_look=None,
        control_holds=None,
        parts=plain(row.parts),
        control_side=replace(row.control_side, parts=plain(row.control_side.parts)),
    )


def most_seeds(needs: Sequence[int | None]) -> int | None:
    """The largest number of seeds any part needs; None if there is none or one is out of reach."""
    known = [need for need in needs if need is not None]
    return max(known) if known and len(known) == len(needs) else None


def _part(measured: Measured, rule: Rule, unit: str, look: int, alpha: float) -> Part:
    interval = measured.interval.at(alpha)
    if not interval.deterministic and interval.n != look:
        named = measured.name or "the number that is judged"
        raise BadTables(f"{named} has {interval.n} seeds, and the look {look}")
    settled = interval.deterministic or (interval.n >= FEWEST_SEEDS and not interval.identical)
    distance = interval.distance(rule.nearest_margin(interval))
    needed = None
    if settled and not interval.deterministic:
        needed = rule.seeds_needed(interval, alpha)
    return Part(
        name=measured.name,
        verdict=rule.decide(interval) if settled else Verdict.UNDECIDED,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        unit=unit,
        n=interval.n,
        sd=interval.sd,
        rule=rule.text(unit),
        margin=rule.margins,
        p=1.0 if interval.identical else rule.p_value(interval),
        effect=distance / interval.sd if interval.sd != 0 else math.inf,
        seeds_needed=needed,
    )


def _numbers(part: Part) -> dict[str, Any]:
    """The fields of a row that come from the part that decides its verdict."""
    return {field.name: getattr(part, field.name) for field in fields(Numbers)}


def _conjunction(parts: Sequence[Part], alpha: float) -> tuple[Verdict, float]:
    """Verdict and p-value of "all parts satisfy their rule"."""
    failed = [part for part in parts if part.verdict is Verdict.CONTRADICTED]
    if failed:
        p = min(1.0, len(parts) * min(part.p for part in failed))
        return (Verdict.CONTRADICTED if p < alpha else Verdict.UNDECIDED), p
    if all(part.verdict is Verdict.SUPPORTED for part in parts):
        return Verdict.SUPPORTED, max(part.p for part in parts)
    return Verdict.UNDECIDED, max(part.p for part in parts)


def _weakest(parts: Sequence[Part]) -> Part:
    """The part that decides the verdict: contradicted, then open, then supported; ties by p."""

    def rank(part: Part) -> tuple[int, float]:
        if part.verdict is Verdict.CONTRADICTED:
            return 0, part.p
        return (1 if part.verdict is Verdict.UNDECIDED else 2), -part.p

    return min(parts, key=rank)


def _reason(
    declared: Row,
    verdict: Verdict,
    parts: Sequence[Part],
    beside: Verdict,
    controls: Sequence[Part],
) -> tuple[str, list[Part]]:
    """The reason for the verdict, and the parts that more seeds would have to decide."""
    if beside is Verdict.CONTRADICTED:
        failed = _weakest(controls)
        ours = f"; the claim by itself would be {verdict}"
        return f"the control ({declared.control}) fails its rule {failed.rule}{ours}", []
    open_parts = [part for part in parts if part.verdict is Verdict.UNDECIDED]
    if verdict is Verdict.UNDECIDED and any(part.verdict is Verdict.CONTRADICTED for part in parts):
        return f"one of {len(parts)} parts fails, but not when corrected for their number", []
    if verdict is Verdict.UNDECIDED:
        return _open(open_parts), open_parts
    if beside is Verdict.UNDECIDED:
        open_parts = [part for part in controls if part.verdict is Verdict.UNDECIDED]
        corrected = "one of its parts fails, but not when corrected for their number"
        why = _open(open_parts) if open_parts else corrected
        about = f"the control ({declared.control}) is not decided: {why}"
        return f"{about}; the claim by itself would be {verdict}", open_parts
    deciding = _weakest(parts)
    side = "clears" if verdict is Verdict.SUPPORTED else "lies wholly outside"
    return f"{_named(deciding)}the interval {side} the rule {deciding.rule}", []


def _open(parts: Sequence[Part]) -> str:
    few = min(parts, key=lambda part: part.n)
    if few.n < FEWEST_SEEDS:
        count = "one seed decides" if few.n == 1 else f"{few.n} seeds decide"
        return f"{_named(few)}{count} nothing: at least {FEWEST_SEEDS} are needed"
    if same := [part for part in parts if part.sd == 0]:
        return f"{_named(same[0])}all {same[0].n} seeds have exactly the same value"
    seeds = most_seeds([part.seeds_needed for part in parts])
    enough = f"about {seeds} seeds would decide" if seeds else "no number of seeds in reach decides"
    return f"{_named(_weakest(parts))}the interval spans the margin; {enough}"


def _named(part: Part) -> str:
    return f"{part.name}: " if part.name else ""
