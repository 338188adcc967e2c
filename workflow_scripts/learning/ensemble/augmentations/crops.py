"""Random crops of padded images."""

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.ensemble.augmentations.augmentation import Augmentation, stacked


class Crops(Augmentation):
    """Crops of the original size at random places of images padded with zeros.

    Images are standardised, so that the padding is their mean, as in He et al. 2016, §4.2, who
    subtract the mean first.
    """

    purpose: ClassVar[str] = "crops"

    def __init__(self, padding: int) -> None:
        self.padding = padding

    def draw(self, generator: torch.Generator, images: int) -> Tensor:
        return torch.randint(2 * self.padding + 1, (images, 2), generator=generator)

    def applied(self, images: Tensor, drawn: Tensor) -> Tensor:
        padded = F.pad(stacked(images), (self.padding,) * 4).movedim(1, -1)
        (height, width), corners = images.shape[-2:], drawn.reshape(-1, 2, 1)
        rows = corners[:, 0] + torch.arange(height, device=drawn.device)
        columns = corners[:, 1] + torch.arange(width, device=drawn.device)
        every = torch.arange(len(padded), device=drawn.device)[:, None, None]
        cropped = padded[every, rows[:, :, None], columns[:, None, :]]
        return cropped.movedim(-1, 1).reshape(images.shape)
