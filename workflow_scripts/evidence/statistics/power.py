"""How many seeds an undecided claim would need."""

import math
from bisect import bisect_left

from scipy import stats

FEWEST_SEEDS = 3  # below this nothing is decided, whatever the interval says
MOST_SEEDS = 100_000  # beyond this nobody will train them


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
    share a unit. None where the estimate sits on the margin, where either is unknown (NaN), or
    where more than 100000 seeds would be needed.
    """
    if math.isnan(distance) or math.isnan(sd) or distance == 0:
        return None
    if sd == 0 or math.isinf(distance):
        return FEWEST_SEEDS
    effect = distance / sd
    # Without the t-distribution's heavier tails; it bounds the search and keeps it off huge
    # noncentralities at few degrees of freedom.
    normal = ((stats.norm.isf(alpha / 2) + stats.norm.ppf(power)) / effect) ** 2
    if normal > MOST_SEEDS:
        return None
    start = max(FEWEST_SEEDS, math.floor(normal))
    candidates = range(start, 2 * start + 100)
    found = bisect_left(candidates, power, key=lambda n: clearing_probability(n, effect, alpha))
    return candidates[found]
