"""Detections from scores by non-maximum suppression, and their average precision."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Detections:
    """The best windows of each scene, `[M, N, K]` each, in descending order of their scores."""

    scores: Tensor
    """Logits; −∞ where no window is left."""
    rows: Tensor
    columns: Tensor


AT_ONCE = 16
"""Scenes whose windows are suppressed together: what is computed of them stays in the cache."""


def detections(scores: Tensor, places: int, size: int, overlap: float, most: int) -> Detections:
    """Greedy non-maximum suppression of scores `[M, N, places²]` of square windows.

    The best window is kept, and all that overlap it by more than `overlap` (intersection over
    union) are dropped; so on, up to `most` windows a scene. Of equal scores the first window is
    kept.
    """
    near = _near(size, overlap)
    parts = [_suppressed(some, places, size, near, most) for some in scores.split(AT_ONCE, dim=1)]
    return Detections(*(torch.cat(each, dim=1) for each in zip(*parts, strict=True)))


def _near(size: int, overlap: float) -> int:
    """The smallest area (pixels) in common with a window that is more than `overlap` of both."""
    areas = range(size**2 + 1)
    return next((area for area in areas if area > overlap * (2 * size**2 - area)), size**2 + 1)


def _suppressed(
    scores: Tensor, places: int, size: int, near: int, most: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, rows and columns `[M, N, most]` of the windows that are kept."""
    left = scores.clone().view(*scores.shape[:2], places, places)
    steps = torch.arange(places)
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    for _ in range(most):
        best, at = left.flatten(2).max(2)
        row, column = at // places, at % places
        found.append((best, row, column))
        down = (size - (row.unsqueeze(-1) - steps).abs()).clamp(min=0)
        across = (size - (column.unsqueeze(-1) - steps).abs()).clamp(min=0)
        # Areas as floats: they are small whole numbers, and products of floats are faster.
        common = down.float().unsqueeze(-1) * across.float().unsqueeze(-2)
        left.masked_fill_(common >= near, -torch.inf)
    best, rows, columns = (torch.stack(each, dim=2) for each in zip(*found, strict=True))
    return best, rows, columns


def correct(found: Detections, corners: Tensor, reach: int) -> Tensor:
    """Booleans `[M, N, K]`: detections of the object of their scene, whose corner is `[N, 2]`.

    At most `reach` pixels from it in each direction; of several the one with the highest score,
    so that a second one is an error. Corners are negative in scenes without an object.
    """
    away = torch.maximum(
        (found.rows - corners[:, 0, None]).abs(), (found.columns - corners[:, 1, None]).abs()
    )
    near = (away <= reach) & (corners[:, 0, None] >= 0) & found.scores.isfinite()
    return near & (near.long().cumsum(2) == 1)


def average_precision(scores: Tensor, right: Tensor, objects: int) -> Tensor:
    """Average precision `[M]` of detections `[M, D]`: Σ (recall − recall before) · precision.

    Detections are ranked by their scores, those with equal scores at once; `objects` is the number
    of objects that there are, found or not. NaN if a score is NaN.
    """
    ordered, order = scores.double().sort(dim=1, descending=True)
    hits = right.gather(1, order).double().cumsum(1)
    ranks = torch.arange(1, scores.shape[1] + 1, dtype=torch.float64)
    last = torch.ones_like(right)  # the last of equal scores
    last[:, :-1] = ordered[:, 1:] != ordered[:, :-1]
    values = []
    for member in range(len(scores)):
        at = last[member]
        found = hits[member][at]
        gained = torch.diff(found, prepend=found.new_zeros(1))
        values.append((gained * found / ranks[at]).sum() / objects)
    average = torch.stack(values)
    return average.masked_fill(scores.isnan().any(1), torch.nan)
