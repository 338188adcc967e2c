"""Targets of scenes: where the object is, and by which arm each member is trained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch
from torch import Tensor

from workflow_scripts.learning.data.targets import Targets
from workflow_scripts.studies.focal.arm_settings import NEGATIVES, DetectorArm

COLUMNS = ("scene", "row", "column", "gamma", "alpha", "negatives", "amount")
"""What a target holds: a scene by its number, the corner of its object, and the member's arm."""
FAR = -100
"""In place of the corner of an object that a scene does not have."""


@dataclass(frozen=True, eq=False)
class Objects(Targets):
    """Scenes `[N, 3]` (number, row, column of the object) and the arm `[M, 4]` of each member."""

    arms: Tensor | None = None
    target_axes: ClassVar[int | None] = 1

    @classmethod
    def in_scenes(
        cls, corners: Tensor, arms: Sequence[DetectorArm], each: int | None = None
    ) -> Self:
        """The targets of scenes with these `corners` `[N, 2]`, for members with these arms.

        Scenes are numbered anew after `each`: a seed's numbers do not depend on other seeds.
        """
        count = torch.arange(len(corners), dtype=torch.float64)
        numbered = (count if each is None else count % each)[:, None]
        placed = torch.where(corners < 0, FAR, corners)
        rows = [[a.gamma, a.alpha, NEGATIVES.index(a.negatives), a.amount] for a in arms]
        packed = torch.tensor(rows, dtype=torch.float64)
        return cls(torch.cat([numbered, placed.double()], dim=1), arms=packed)

    def of(self, members: Sequence[int]) -> Self:
        return self if self.arms is None else replace(self, arms=self.arms[list(members)])

    def to(self, device: torch.device | str) -> Self:
        moved = super().to(device)
        return moved if self.arms is None else replace(moved, arms=self.arms.to(device))

    def batch(self, rows: Tensor) -> Tensor:
        """Targets `[M, B, 7]`, as `COLUMNS` say."""
        own = super().batch(rows)
        if self.arms is None:
            raise ValueError("these targets have no arms: they are not made for training")
        return torch.cat([own, self.arms[:, None].expand(*own.shape[:2], -1)], dim=2)

    def measures(self, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Not used: detectors are measured by their detections."""
        raise NotImplementedError


def numbers(targets: Tensor, name: str) -> Tensor:
    """One column of targets `[M, B, 7]`, as float32 `[M, B]`."""
    return targets[:, :, COLUMNS.index(name)].float()


def labels(targets: Tensor, places: int, ignored: int) -> tuple[Tensor, Tensor]:
    """Whether each place has an object, and whether it counts: booleans `[M, B, places²]`.

    Only the exact place has the object; others up to `ignored` pixels away do not count.
    """
    shared = bool((targets[:, :, :3] == targets[:1, :, :3]).all())
    corners = targets[: 1 if shared else None, :, 1:3]
    steps = torch.arange(places, dtype=corners.dtype, device=corners.device)
    away = (corners.unsqueeze(-1) - steps).abs()  # [M, B, 2, places]
    distance = torch.maximum(away[:, :, 0, :, None], away[:, :, 1, None, :]).flatten(2)
    positive = distance == 0
    counted = positive | (distance > ignored)
    members = len(targets)
    return positive.expand(members, -1, -1), counted.expand(members, -1, -1)
