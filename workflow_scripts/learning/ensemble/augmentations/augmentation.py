"""Random changes to the images of every batch, drawn separately for each member."""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor


class Augmentation(ABC):
    """Changes images at random, by numbers that depend only on the member's seed and the epoch."""

    purpose: ClassVar[str]
    """The name of its random stream."""

    @abstractmethod
    def draw(self, generator: torch.Generator, images: int) -> Tensor:
        """The random integers of one member in one epoch, `[images, numbers]` int64."""

    @abstractmethod
    def applied(self, images: Tensor, drawn: Tensor) -> Tensor:
        """The changed `images` `[M, B, (channels,) height, width]`, by `drawn` `[M, B, numbers]`.

        ValueError if the examples are not images.
        """


def stacked(images: Tensor) -> Tensor:
    """Images of all members as `[M · B, channels, height, width]`; ValueError for other inputs."""
    if images.dim() not in (4, 5):
        raise ValueError(f"inputs of shape {list(images.shape[2:])} are no images to augment")
    height, width = images.shape[-2:]
    return images.reshape(images.shape[0] * images.shape[1], -1, height, width)
