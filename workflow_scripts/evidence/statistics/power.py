"""How many seeds a claim needs, and how likely its last look decides it."""

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from scipy import stats

FEWEST_SEEDS = 3  # below this nothing is decided, whatever the interval
MOST_SEEDS = 100_000  # beyond this nobody will train them


@dataclass(frozen=True)
class Effect:
    """What a pilot found: the distance from the nearest margin, in sd of one seed.

    Of several parts, and of the control, the one that is closest to its margin.
    """

    size: float

    def power(self, n: int, alpha: float) -> float:
        """The probability that `n` seeds decide at the level `alpha`."""
        return clearing_probability(n, abs(self.size), alpha)


@dataclass(frozen=True)
class Share:
    """What a pilot found of a yes-or-no outcome: its true share, against a margin."""

    share: float
    margin: float = 0.5

    def power(self, n: int, alpha: float) -> float:
        """The probability that the Clopper-Pearson interval of `n` seeds clears the margin."""
        counts = np.arange(n + 1)
        over, under = self.share > self.margin, self.share < self.margin
        tails = stats.binom.sf(counts - 1, n, self.margin) if over else None
        tails = stats.binom.cdf(counts, n, self.margin) if under else tails
        if tails is None:
            return 0.0
        return float(stats.binom.pmf(counts, n, self.share)[2 * tails < alpha].sum())


def clearing_probability(n: int, effect: float, alpha: float = 0.05) -> float:
    """Probability that the 1 - alpha t-interval over `n` seeds clears the margin on its own side.

    `effect` is the true distance from the margin in standard deviations of one seed. The
    t-statistic is noncentral t with noncentrality sqrt(n) * effect.
    """
    critical = stats.t.isf(alpha / 2, n - 1)
    return float(stats.nct.sf(critical, n - 1, math.sqrt(n) * effect))


def seeds_needed(distance: float, sd: float, alpha: float = 0.05, power: float = 0.8) -> int | None:
    """Smallest number of seeds, at least 3, whose interval clears the margin with `power`.

    `distance` (of the estimate from the margin) and `sd` (of one seed) are the observed ones and
    share a unit. None if the estimate lies on the margin, if either is unknown (NaN), or if more
    than 100000 seeds would be needed.
    """
    if math.isnan(distance) or math.isnan(sd) or distance == 0:
        return None
    if sd == 0 or math.isinf(distance):
        return FEWEST_SEEDS
    effect = distance / sd
    # The normal approximation, without the t-distribution's heavier tails. It bounds the search
    # and avoids huge noncentralities at few degrees of freedom.
    normal = ((stats.norm.isf(alpha / 2) + stats.norm.ppf(power)) / effect) ** 2
    if normal > MOST_SEEDS:
        return None
    start = max(FEWEST_SEEDS, math.floor(normal))
    candidates = range(start, 2 * start + 100)
    found = bisect_left(candidates, power, key=lambda n: clearing_probability(n, effect, alpha))
    return candidates[found]
