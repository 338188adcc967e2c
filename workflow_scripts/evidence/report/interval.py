"""The layout of an interval bar: estimate, control and margins on one axis."""

import math
from dataclasses import dataclass

from workflow_scripts.evidence.claims.row import Numbers

PADDING = 0.08
CROWDED = 12
"""Distance, in per cent of the width, below which two numbers under the bar would overlap."""


@dataclass(frozen=True)
class Mark:
    """An estimate and its interval in per cent of the width of the bar."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Bar:
    """One bar: the marks of the claim and its control, the margins, and zero if it is in range."""

    ours: Mark
    control: Mark | None
    margins: tuple[float, ...]
    zero: float | None

    @property
    def zero_label(self) -> float | None:
        """The position of the label of zero below the bar; None if a margin is labelled there."""
        crowded = [
            m for m in self.margins if self.zero is not None and abs(m - self.zero) < CROWDED
        ]
        return None if crowded else self.zero


def bar(ours: Numbers, control: Numbers, margins: tuple[float, ...] = ()) -> Bar | None:
    """Lay out one bar, or return None where there is no finite estimate to draw.

    The axis spans everything drawn. It includes zero if the rule has no margin, because the eye
    then compares with zero.
    """
    if ours.estimate is None or not math.isfinite(ours.estimate):
        return None
    drawn = [*_finite(ours), *_finite(control), *margins]
    if not margins:
        drawn.append(0.0)
    least, most = min(drawn), max(drawn)
    span = (most - least) or abs(most) or 1.0
    start, width = least - PADDING * span, (1 + 2 * PADDING) * span

    def place(value: float) -> float:
        return round(100 * (value - start) / width, 2)

    def mark(given: Numbers) -> Mark | None:
        if given.estimate is None or not math.isfinite(given.estimate):
            return None
        ends = [
            end if end is not None and math.isfinite(end) else given.estimate
            for end in (given.low, given.high)
        ]
        return Mark(place(given.estimate), place(ends[0]), place(ends[1]))

    placed = mark(ours)
    assert placed is not None
    zero = place(0.0) if start <= 0.0 <= start + width else None
    return Bar(placed, mark(control), tuple(place(margin) for margin in margins), zero)


def _finite(given: Numbers) -> list[float]:
    every = (given.estimate, given.low, given.high)
    return [each for each in every if each is not None and math.isfinite(each)]
