"""From evidence to one row of the ledger: verdict, reason, and the part that decides it."""

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from workflow_scripts.evidence.claims.evidence import Measured
from workflow_scripts.evidence.claims.row import Numbers, Part, Row, Side, Verdict
from workflow_scripts.evidence.claims.rule import Rule
from workflow_scripts.evidence.statistics.intervals import ALPHA
from workflow_scripts.evidence.statistics.power import FEWEST_SEEDS

SMOKE = "the smoke scale proves the machinery and decides nothing"

Judgeable = tuple[Measured, Rule, str]  # the number, the rule it must satisfy, its unit


def not_run(declared: Row, reason: str) -> Row:
    """The row of a claim for which there are no data."""
    return replace(declared, verdict=Verdict.NOT_RUN, reason=reason)


def judged(
    declared: Row, parts: Sequence[Judgeable], control: Sequence[Judgeable], decides: bool
) -> Row:
    """Fill in a declared row from its evidence, by the rules in `claim.py`."""
    measured = [_part(*part) for part in parts]
    controls = [_part(*part) for part in control]
    verdict, p = _conjunction(measured)
    control_verdict, _ = _conjunction(controls) if controls else (Verdict.SUPPORTED, 0.0)
    reason, undecided = _reason(declared, verdict, measured, control_verdict, controls)
    if verdict is not Verdict.INCONCLUSIVE and control_verdict is not Verdict.SUPPORTED:
        verdict = Verdict.INCONCLUSIVE
    weakest = _weakest(measured)
    row = replace(
        declared,
        **_numbers(weakest),
        verdict=verdict,
        reason=reason,
        part=weakest.name,
        margin=weakest.margin,
        p=p,
        seeds_needed=most_seeds([part.seeds_needed for part in undecided]),
        parts=tuple(measured),
    )
    if controls:
        holds = {Verdict.SUPPORTED: True, Verdict.CONTRADICTED: False}.get(control_verdict)
        side = Side(**_numbers(_weakest(controls)), parts=tuple(controls))
        row = replace(row, control_holds=holds, control_side=side)
    return row if decides else _undecided(row)


def most_seeds(needs: Sequence[int | None]) -> int | None:
    """The largest of the parts' needs; None where there are none or one is out of reach."""
    known = [need for need in needs if need is not None]
    return max(known) if known and len(known) == len(needs) else None


def enough(seeds: int | None) -> str:
    """What it would take to decide, in words."""
    return f"about {seeds} seeds would decide" if seeds else "no number of seeds in reach decides"


def _part(measured: Measured, rule: Rule, unit: str) -> Part:
    interval = measured.interval
    settled = interval.deterministic or interval.n >= FEWEST_SEEDS
    distance = interval.distance(rule.nearest_margin(interval))
    return Part(
        name=measured.name,
        verdict=rule.decide(interval) if settled else Verdict.INCONCLUSIVE,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        unit=unit,
        n=interval.n,
        sd=interval.sd,
        rule=rule.text(unit),
        margin=rule.margins,
        p=rule.p_value(interval),
        effect=distance / interval.sd if interval.sd != 0 else math.inf,
        seeds_needed=None if interval.deterministic else rule.seeds_needed(interval),
    )


def _numbers(part: Part) -> dict[str, Any]:
    """What a row shows of the part that its verdict hangs on."""
    return {field.name: getattr(part, field.name) for field in fields(Numbers)}


def _conjunction(parts: Sequence[Part]) -> tuple[Verdict, float]:
    """Verdict and p-value of "all parts satisfy their rule"."""
    failed = [part for part in parts if part.verdict is Verdict.CONTRADICTED]
    if failed:
        p = min(1.0, len(parts) * min(part.p for part in failed))
        return (Verdict.CONTRADICTED if p < ALPHA else Verdict.INCONCLUSIVE), p
    if all(part.verdict is Verdict.SUPPORTED for part in parts):
        return Verdict.SUPPORTED, max(part.p for part in parts)
    return Verdict.INCONCLUSIVE, max(part.p for part in parts)


def _weakest(parts: Sequence[Part]) -> Part:
    """The part the verdict hangs on: contradicted before open before supported, then by p."""

    def rank(part: Part) -> tuple[int, float]:
        if part.verdict is Verdict.CONTRADICTED:
            return 0, part.p
        return (1 if part.verdict is Verdict.INCONCLUSIVE else 2), -part.p

    return min(parts, key=rank)


def _reason(
    declared: Row,
    verdict: Verdict,
    parts: Sequence[Part],
    control_verdict: Verdict,
    controls: Sequence[Part],
) -> tuple[str, list[Part]]:
    """Why the claim came out as it did, and the parts that more seeds would have to settle."""
    if control_verdict is Verdict.CONTRADICTED:
        failed = _weakest(controls)
        ours = f"; the claim by itself would be {verdict}"
        return f"the control ({declared.control}) fails its rule {failed.rule}{ours}", []
    undecided = [part for part in parts if part.verdict is Verdict.INCONCLUSIVE]
    if verdict is Verdict.INCONCLUSIVE and any(
        part.verdict is Verdict.CONTRADICTED for part in parts
    ):
        return f"one of {len(parts)} parts fails, but not when corrected for their number", []
    if verdict is Verdict.INCONCLUSIVE:
        return _open(undecided), undecided
    if control_verdict is Verdict.INCONCLUSIVE:
        undecided = [part for part in controls if part.verdict is Verdict.INCONCLUSIVE]
        about = f"the control ({declared.control}) is not decided: {_open(undecided)}"
        return f"{about}; the claim by itself would be {verdict}", undecided
    deciding = _weakest(parts)
    side = "clears" if verdict is Verdict.SUPPORTED else "lies wholly outside"
    return f"{_named(deciding)}the interval {side} the rule {deciding.rule}", []


def _open(undecided: Sequence[Part]) -> str:
    few = min(undecided, key=lambda part: part.n)
    if few.n < FEWEST_SEEDS:
        count = "one seed decides" if few.n == 1 else f"{few.n} seeds decide"
        return f"{_named(few)}{count} nothing: at least {FEWEST_SEEDS} are needed"
    seeds = most_seeds([part.seeds_needed for part in undecided])
    return f"{_named(_weakest(undecided))}the interval spans the margin; {enough(seeds)}"


def _named(part: Part) -> str:
    return f"{part.name}: " if part.name else ""


def _undecided(row: Row) -> Row:
    """Keep the numbers and withhold every verdict."""

    def withheld(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(replace(part, verdict=Verdict.NOT_RUN, seeds_needed=None) for part in parts)

    return replace(
        row,
        verdict=Verdict.NOT_RUN,
        reason=SMOKE,
        seeds_needed=None,
        control_holds=None,
        parts=withheld(row.parts),
        control_side=replace(row.control_side, parts=withheld(row.control_side.parts)),
    )
