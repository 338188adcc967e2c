"""The overview figure: every claim's distance from its margin, on one standardised axis."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflow_scripts.evidence.claims.row import Entry, Part

LIMIT = 100.0
"""Distance at which the axis ends; what lies beyond is drawn at its edge, as an arrow."""
TICKS = (-100, -10, -1, 0, 1, 10, 100)

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Distance:
    """Signed distances from the nearest margin, in standard deviations of one seed.

    Positive where the rule of the claim holds. Ends may be infinite.
    """

    estimate: float
    low: float
    high: float


def distance(part: Part) -> Distance | None:
    """Return the standardised distance of `part`; None if it has no estimate or no spread.

    The part's own `sd` and `effect` tell on which scale its seeds were averaged: for ratios it is
    the logarithm. A rule with two margins is measured from the one nearest to the estimate.
    """
    value, sd, effect = part.estimate, part.sd, part.effect
    if value is None or not part.margin or not sd or effect is None:
        return None
    if not (math.isfinite(sd) and math.isfinite(effect)):
        return None
    scale, margin = _fitting(part, value, sd, effect)
    upper = _is_upper(part, margin)
    sign = -1.0 if upper else 1.0

    def signed(end: float | None, missing: float) -> float:
        if end is None:
            return sign * missing
        return sign * (scale(end) - scale(margin)) / sd

    ends = signed(part.low, -math.inf), signed(part.high, math.inf)
    return Distance(signed(value, 0.0), min(ends), max(ends))


def place(value: float) -> float:
    """Return the position of a distance on the axis, in per cent of its width.

    The axis is that of the inverse hyperbolic sine: linear within one standard deviation around
    zero, logarithmic beyond.
    """
    held = max(-LIMIT, min(LIMIT, value))
    return round(50 * (1 + math.asinh(held) / math.asinh(LIMIT)), 2)


def deciding(claim: Entry) -> Part | None:
    """Return the part that the verdict of `claim` hangs on, None if nothing was measured."""
    named = [part for part in claim.parts if part.name == claim.part]
    return next((part for part in named if part.estimate == claim.estimate), None)


def balanced(sizes: Iterable[int]) -> int:
    """Return after how many of the groups of these sizes a second column begins."""
    counts = list(sizes)
    halves = [(max(sum(counts[:at]), sum(counts[at:])), -at) for at in range(1, len(counts) + 1)]
    return -min(halves)[1] if halves else 0


def _fitting(part: Part, value: float, sd: float, effect: float) -> tuple[Scale, float]:
    """Return scale and margin whose distance from the estimate is the one that `part` records."""
    candidates: list[tuple[float, Scale, float]] = []
    for margin in part.margin:
        candidates.append((abs(abs(value - margin) / sd - effect), float, margin))
        if value > 0 and margin > 0:
            apart = abs(math.log(value) - math.log(margin)) / sd
            candidates.append((abs(apart - effect), _log, margin))
    _, scale, margin = min(candidates, key=lambda candidate: candidate[0])
    return scale, margin


def _is_upper(part: Part, margin: float) -> bool:
    """Return whether the rule of `part` asks for values below `margin`."""
    if len(part.margin) > 1:
        return margin == max(part.margin)
    return (part.rule or "").lstrip().startswith(("<", "≤"))


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
