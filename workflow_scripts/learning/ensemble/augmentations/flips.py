"""Random reflections of images."""

from typing import ClassVar

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.augmentations.augmentation import Augmentation, stacked


class Flips(Augmentation):
    """Left and right exchanged in every second image, on average."""

    purpose: ClassVar[str] = "flips"

    def draw(self, generator: torch.Generator, images: int) -> Tensor:
        return torch.randint(2, (images, 1), generator=generator)

    def applied(self, images: Tensor, drawn: Tensor) -> Tensor:
        flat = stacked(images)
        flipped = drawn.reshape(-1, 1, 1, 1).bool()
        return torch.where(flipped, flat.flip(-1), flat).reshape(images.shape)
