"""The class that a student has never seen: its bias, and what is then recognised."""

import torch
from torch import Tensor


def margins(logits: Tensor, omitted: int) -> Tensor:
    """By how much the bias of a class must rise until it is the largest logit `[N]`."""
    others = logits.clone()
    others[:, omitted] = -torch.inf
    return others.max(-1).values - logits[:, omitted]


def bias(logits: Tensor, omitted: int, alarms: int) -> float:
    """The rise of the bias at which `alarms` of the examples are taken for the omitted class.

    The examples `[N, K]` are all of other classes. Midway between two margins, so that none is on
    the edge; below the smallest for no alarm, and above the largest for all.
    """
    ordered = margins(logits, omitted).double().sort().values
    if not alarms:
        return float(ordered[0]) - 1
    if alarms >= len(ordered):
        return float(ordered[-1]) + 1
    return float(ordered[alarms - 1] + ordered[alarms]) / 2


def recall(logits: Tensor, labels: Tensor, omitted: int) -> float:
    """The share of the examples of a class that are taken for it."""
    own = labels == omitted
    return float((margins(logits[own], omitted) < 0).double().mean())


def raised(logits: Tensor, omitted: int, rise: float) -> Tensor:
    """The logits after the bias of one class rose."""
    corrected = logits.clone()
    corrected[:, omitted] += rise
    return corrected
