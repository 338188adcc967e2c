"""Calibration of scores: reliability where objects are, its signed error, temperature scaling."""

from dataclasses import dataclass

import torch
from scipy.optimize import brentq
from torch import Tensor

FLATTEST, STEEPEST = 1e-6, 100.0
"""The smallest and the largest inverse temperature."""


@dataclass(frozen=True)
class Reliability:
    """Bins `[K]` of scores, each with as many objects as the others, to within one."""

    confidence: Tensor
    """The mean probability of the places in a bin."""
    frequency: Tensor
    """The share of them that have an object."""
    objects: Tensor
    """How many objects are in a bin."""
    places: Tensor
    """How many places are in it."""

    @property
    def error(self) -> float:
        """The signed calibration error at the objects: mean confidence − frequency over objects.

        Each bin counts by its objects. Below zero a detector is under-confident about them.
        """
        gap = (self.confidence - self.frequency) * self.objects
        return float(gap.sum() / self.objects.sum())


def reliability(logits: Tensor, positive: Tensor, bins: int) -> Reliability:
    """Reliability of all places `[D]` in bins at the quantiles of the scores of objects.

    A bin reaches from the lowest score of its objects to the next bin's; places below all objects
    are in none. Fewer bins if several edges are equal. ValueError if there is no object.
    """
    logits = logits.double()
    own = logits[positive].sort().values
    if not len(own):
        raise ValueError("there is no object of which to measure reliability")
    firsts = [round(number * len(own) / bins) for number in range(min(bins, len(own)))]
    edges = torch.unique(own[torch.tensor(firsts)])
    there, count = logits >= edges[0], len(edges)
    at = torch.searchsorted(edges, logits[there], right=True) - 1
    places = torch.bincount(at, minlength=count).double()
    summed = torch.bincount(at, weights=logits[there].sigmoid(), minlength=count)
    objects = torch.bincount(at, weights=positive[there].double(), minlength=count)
    return Reliability(summed / places, objects / places, objects, places)


def temperature(logits: Tensor, positive: Tensor) -> float:
    """The T > 0 that minimises the cross-entropy of logits / T at places `[D]`.

    Temperature scaling (Guo et al. 2017). The cross-entropy is convex in 1 / T; Brent's method
    finds the root of its slope. From 1 / `STEEPEST` to 1 / `FLATTEST`, where scores only mislead.
    """
    logits, wanted = logits.double(), positive.double()

    def slope(inverse: float) -> float:
        return float((((inverse * logits).sigmoid() - wanted) * logits).sum())

    if slope(FLATTEST) >= 0:
        return 1 / FLATTEST
    if slope(STEEPEST) <= 0:
        return 1 / STEEPEST
    return 1 / float(brentq(slope, FLATTEST, STEEPEST, xtol=1e-13, rtol=1e-13))
