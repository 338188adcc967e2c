"""Calibration of scores: reliability where objects are, its signed error, temperature scaling."""

from dataclasses import dataclass

import torch
from torch import Tensor

HALVINGS = 60
"""Of the interval in which the inverse temperature is searched."""
STEEPEST = 100.0
"""The largest inverse temperature."""


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
    bin_of = torch.searchsorted(edges, logits, right=True) - 1
    there = bin_of >= 0
    at, count = bin_of[there], len(edges)
    places = torch.bincount(at, minlength=count).double()
    summed = torch.bincount(at, weights=logits[there].sigmoid(), minlength=count)
    objects = torch.bincount(at, weights=positive[there].double(), minlength=count)
    return Reliability(summed / places, objects / places, objects, places)


def temperature(logits: Tensor, positive: Tensor) -> float:
    """The T > 0 that minimises the cross-entropy of logits / T at places `[D]`.

    Temperature scaling (Guo et al. 2017). The cross-entropy is convex in 1 / T, and the root of its
    slope is found by halving. At least 1 / `STEEPEST`.
    """
    logits, wanted = logits.double(), positive.double()
    low, high = 0.0, STEEPEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = (((middle * logits).sigmoid() - wanted) * logits).sum()
        low, high = (low, middle) if slope > 0 else (middle, high)
    inverse = (low + high) / 2
    return 1 / inverse
