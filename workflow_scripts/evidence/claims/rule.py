"""Decision rules: where an interval must lie for a claim to be supported."""

import math
from dataclasses import dataclass

from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.evidence.numbers import exact
from workflow_scripts.evidence.statistics.intervals import Interval
from workflow_scripts.evidence.statistics.power import seeds_needed


@dataclass(frozen=True)
class Rule:
    """The values for which a claim is true: from `low` to `high`, each end included or not.

    At least one end is finite and the range is not empty, so every rule can hold and can fail.
    Build one with `at_least`, `above`, `at_most`, `below` or `within`.
    """

    low: float
    high: float
    low_included: bool
    high_included: bool

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ValueError(f"no value lies between {self.low} and {self.high}")
        if self.low == math.inf or self.high == -math.inf:
            raise ValueError("a rule that nothing satisfies cannot be supported")
        if not self.margins:
            raise ValueError("a rule that everything satisfies cannot fail: give a finite margin")

    @property
    def margins(self) -> tuple[float, ...]:
        """The finite ends: the margins that an interval must clear."""
        return tuple(end for end in (self.low, self.high) if math.isfinite(end))

    @property
    def margin(self) -> float:
        """The margin of a one-sided rule; ValueError for a rule with two."""
        if len(self.margins) > 1:
            raise ValueError(f"the rule {self.text()} has two margins")
        return self.margins[0]

    def text(self, unit: str = "") -> str:
        """The rule as text, such as "> −0.5 pp" or "in [0.13, 0.145]"."""
        if len(self.margins) == 2:
            return f"in [{_number(self.low)}, {_number(self.high)}] {unit}".rstrip()
        if math.isfinite(self.low):
            sign = "≥" if self.low_included else ">"
        else:
            sign = "≤" if self.high_included else "<"
        return f"{sign} {_number(self.margins[0])} {unit}".rstrip()

    def holds(self, value: float) -> bool:
        """Whether an exactly known value satisfies the rule."""
        above = value >= self.low if self.low_included else value > self.low
        under = value <= self.high if self.high_included else value < self.high
        return above and under

    def decide(self, interval: Interval) -> Verdict:
        """Supported if the whole interval satisfies the rule, contradicted if none of it does.

        Whether there are enough seeds is not checked here.
        """
        if self.holds(interval.low) and self.holds(interval.high):
            return Verdict.SUPPORTED
        misses_below = interval.high < self.low or (
            interval.high == self.low and not self.low_included
        )
        misses_above = interval.low > self.high or (
            interval.low == self.high and not self.high_included
        )
        return Verdict.CONTRADICTED if misses_below or misses_above else Verdict.UNDECIDED

    def p_value(self, interval: Interval) -> float:
        """The two-sided p-value behind `decide`: below alpha if the interval at alpha clears it.

        Between two margins both must be cleared, so the larger p counts; outside, that of the
        nearest margin. For an interval of zero width p is 0.
        """
        if interval.low == interval.high:
            return 0.0
        if self.low < interval.estimate < self.high:
            return max(interval.p_value(margin) for margin in self.margins)
        return interval.p_value(self.nearest_margin(interval))

    def nearest_margin(self, interval: Interval) -> float:
        """The margin closest to the estimate, on the interval's own scale."""
        return min(self.margins, key=interval.distance)

    def seeds_needed(self, interval: Interval, alpha: float = 0.05) -> int | None:
        """Seeds for an 80 % chance of clearing the nearest margin; None if out of reach."""
        distance = interval.distance(self.nearest_margin(interval))
        return seeds_needed(distance, interval.sd, alpha=alpha)

    def implies(self, other: "Rule") -> bool:
        """Whether every value that satisfies this rule satisfies `other` too."""
        low = self.low > other.low or (
            self.low == other.low and (other.low_included or not self.low_included)
        )
        high = self.high < other.high or (
            self.high == other.high and (other.high_included or not self.high_included)
        )
        return low and high


def at_least(margin: float) -> Rule:
    """Supported if the interval lies at or above `margin`."""
    return Rule(margin, math.inf, True, False)


def above(margin: float) -> Rule:
    """Supported if the interval lies wholly above `margin`."""
    return Rule(margin, math.inf, False, False)


def at_most(margin: float) -> Rule:
    """Supported if the interval lies at or below `margin`."""
    return Rule(-math.inf, margin, False, True)


def below(margin: float) -> Rule:
    """Supported if the interval lies wholly below `margin`."""
    return Rule(-math.inf, margin, False, False)


def within(low: float, high: float) -> Rule:
    """Supported if the interval lies between `low` and `high` (both finite, ends included)."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("within() takes two finite margins: use at_least() or at_most() for one")
    return Rule(low, high, True, True)


def _number(value: float) -> str:
    text = f"{value:g}"
    return exact(value) if "e" in text else text.replace("-", "−")
